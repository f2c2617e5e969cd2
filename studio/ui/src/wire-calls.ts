// Calls, what came of them when they were tried, and what is imported. As studio/wire*.go has it.
import type {FileView, Json, TypeView} from './wire.ts'

export interface CallsView {
  revision: string
  groups: GroupView[]
}

export interface GroupView {
  name: string
  broken: boolean
  value: Json
  calls: CallView[]
}

export interface CallView {
  name: string
  auth: string
  params: ParamView[]
  reply: TypeView | null
}

export interface ParamView {
  name: string
  type: TypeView
  required: boolean
  default: Json
  doc: string
  group: boolean
}

export interface TrialRequest {
  call: string
  params: Record<string, string>
  files: {[name: string]: TrialFile[]}
  environment: string
  username: string
  password: string
  user: string
  browser: string
  as: string
}

export interface TrialFile {
  name: string
  type: string
  data: string
}

export interface CURLView {
  command: string
}

export interface TrialView {
  call: string
  known: boolean
  method: string
  address: string
  sent: string[]
  ok: boolean
  status: number
  took: string
  refreshed: boolean
  replayed: boolean
  sentence: string
  trouble: string
  class: string
  meaning: string
  headers: TrialHeader[]
  tree: TrialLine[]
  more: number
  mismatches: TrialMismatch[]
  raw: string
  cut: boolean
  rewritten: boolean
}

export interface TrialHeader {
  name: string
  value: string
}

export interface TrialLine {
  path: string
  depth: number
  kind: string
  count: number
  value: string
}

export interface TrialMismatch {
  path: string
  want: string
  got: string
}

export interface ImportRequest {
  revision: string
  kind: string
  text: string
  url: string
  name: string
  group: string
  call: string
}

export interface ImportChoice {
  revision: string
  id: string
  approve: string[]
}

export interface ImportView {
  revision: string
  id: string
  title: string
  found: string
  made: Note[]
  left: Note[]
  guesses: Guess[]
  files: FileView[]
}

export interface Note {
  at?: string
  line?: number
  column?: number
  message: string
}

export interface Guess {
  role: string
  call: string
  confidence: number
  reasons: string[]
  does: string[]
}
