// The first run, and pages to begin with. As studio/wire*.go has it.
import type {FileView} from './wire.ts'
import type {Guess, Note} from './wire-calls.ts'

export interface GuideStep {
  name: string
  done: boolean
  at: string
}

export interface TemplatesView {
  templates: TemplateView[]
}

export interface TemplateView {
  name: string
  title: string
  about: string
  page: string
  path: string
  roles: string[]
}

export interface TemplateRequest {
  revision: string
  template: string
  name: string
  path: string
  calls: Record<string, string>
  use: boolean
}

export interface TemplatePlan {
  revision: string
  misfit: string
  page: string
  files: FileView[]
  made: string[]
  left: string[]
  setting: string
  names: string
  canvas: string
}

export interface StartView {
  name: string
  backends: BackendView[]
  sample: SampleView | null
}

export interface BackendView {
  name: string
  title: string
  about: string
  docs: string
  settings: BackendValue[]
}

export interface BackendValue {
  name: string
  value: string
  doc: string
  secret: boolean
}

export interface SampleView {
  address: string
  username: string
  password: string
}

export interface StartRequest {
  kind: string
  name: string
  backend: string
  settings: {[name: string]: string}
  source: string
  text: string
  login: LoginRequest
  approve: string[]
}

export interface LoginRequest {
  address: string
  logIn: string
  refresh: string
  me: string
  field: string
  username: string
  password: string
}

export interface LookRequest {
  address: string
}

export interface LookView {
  address: string
  title: string
  operations: number
  issuer: string
}

export interface PlanView {
  title: string
  asked: string[]
  made: Note[]
  left: Note[]
  guesses: Guess[]
}
