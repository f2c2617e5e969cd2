// The JSON between this page and its server, as studio/wire.go has it, part by part; a test in Go compares the two.
import type {GuideStep} from './wire-start.ts'
export type * from './wire-calls.ts'
export type * from './wire-debug.ts'
export type * from './wire-settings.ts'
export type * from './wire-start.ts'

export interface ProjectView {
  revision: string
  name: string
  appURL: string
  trusted: boolean
  pages: PageEntry[]
  parts: ComponentEntry[]
  bars: boolean
  files: string[]
  problems: Problem[]
  auth: AuthView
  types: TypeView[]
  kinds: SpecView[]
  undo: string
  redo: string
  preview: string
  origin: string
  select: string
  guide: GuideStep[]
}

export interface PageEntry {
  name: string
  path: string
  access: string
  broken: boolean
}

export interface Problem {
  at?: string
  file: string
  line: number
  column: number
  message: string
  hint?: string
  warning?: boolean
  fixes?: Fix[]
}

// Fix is a change that ends a problem.
export interface Fix {
  title: string
  edits: WireEdit[]
}

export interface ComponentEntry {
  name: string
  doc: string
  uses: number
  broken: boolean
}

export interface AuthView {
  enabled: boolean
  type: string
  entryPage: string
  loggedInPage: Json
  persist: boolean
  userDataType: string
}

export interface TypeView {
  kind: string
  name?: string
  doc?: string
  elem?: TypeView
  fields?: FieldView[]
  enum?: string[]
}

export interface FieldView {
  name: string
  type: TypeView
  doc?: string
}

export interface PageView {
  revision: string
  name: string
  kind: 'page' | 'component' | 'bars'
  root: string
  at: string
  canvas: string
  nonce: string
  broken: boolean
  widgets: WidgetView[]
  scope: FieldView[]
}

export interface WidgetView {
  at: string
  kind: string
  props: Record<string, Json>
  slots: SlotView[]
  events: string[]
  fault: string
  item: TypeView | null
}

export interface SlotView {
  name: string
  at: string
  item: boolean
  widgets: WidgetView[]
}

export interface CatalogueView {
  widgets: SpecView[]
  actions: ActionView[]
  functions: FunctionView[]
  icons: string[]
  group: PropView[]
  call: PropView[]
  settings: SettingView[]
}

export interface SettingView {
  at: string
  kind: string
  values: string[]
  default: Json
  required: boolean
  min: number | null
  max: number | null
  doc: string
}

export interface SpecView {
  kind: string
  title: string
  group: string
  icon: string
  doc: string
  main: string
  part: boolean
  input: boolean
  props: PropView[]
  slots: SlotSpecView[]
  events: FieldDoc[]
}

export interface SlotSpecView {
  name: string
  of: string
  holds: string[]
  item: boolean
  doc: string
}

export interface ActionView {
  kind: string
  title: string
  group: string
  icon: string
  doc: string
  main: string
  props: PropView[]
  branches: string[]
  output: boolean
}

export interface FitsView {
  refused: RefusedView[]
}

export interface RefusedView {
  kind: string
  why: string
  hint: string
}

export interface FunctionView {
  name: string
  group: string
  signature: string
  usage: string
  doc: string
  example: string
  gives: string
}

export interface ValueView {
  revision: string
  value: Json
}

export interface ScopeView {
  revision: string
  scope: FieldView[]
  needs: TypeView | null
  exact: boolean
  secret: boolean
}

export interface ExpressionRequest {
  at: string
  prop: string
  kind: string
  text: string
}

export interface ExpressionView {
  revision: string
  type: TypeView | null
  problems: TextProblem[]
  preview: PreviewView | null
}

export interface TextProblem {
  offset: number
  message: string
  hint: string
  warning: boolean
}

export interface PreviewView {
  kind: 'text' | 'json' | 'none' | 'secret' | 'fault'
  text: string
}

export interface WhereView {
  revision: string
  at: string
  file: string
  line: number
  column: number
  endLine: number
  endColumn: number
}

export interface CompletionView {
  revision: string
  keys: FieldDoc[]
  values: FieldDoc[]
}

export interface FieldDoc {
  name: string
  doc: string
}

export interface PropView {
  name: string
  kind: string
  values: string[]
  default: Json
  required: boolean
  bindable: boolean
  group: string
  doc: string
}

export interface EditRequest {
  revision: string
  edits: WireEdit[]
  label: string
  step: string
}

export interface WireEdit {
  op: 'set' | 'insert' | 'delete' | 'move' | 'prop' | 'rename' | 'text' | 'wrap' | 'duplicate' | 'paste' | 'moveCall' | 'actions' | 'block' | 'component'
  at: string
  from?: string
  name?: string
  value?: Json
}

export interface RevisionRequest {
  revision: string
}

export interface TextView {
  revision: string
  file: string
  text: string
}

export interface UsesView {
  revision: string
  uses: Problem[]
}

export interface HistoryView {
  revision: string
  steps: StepView[]
  files: FileView[]
  commits: Commit[]
}

export interface Commit {
  name: string
  time: string
  author: string
  subject: string
}

export interface StepView {
  label: string
  about: string
  undone: boolean
}

export interface FileView {
  file: string
  before: string | null
  after: string | null
}

export type Json = null | boolean | number | string | Json[] | {[key: string]: Json}
