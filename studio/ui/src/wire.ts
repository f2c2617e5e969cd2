// The JSON between this page and its server, as studio/wire.go has it; a test in Go compares the two.

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

export interface GuideStep {
  name: string
  done: boolean
  at: string
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

export interface AuthView {
  enabled: boolean
  type: string
  entryPage: string
  loggedInPage: Json
  persist: boolean
  userDataType: string
}

export interface LoginTest {
  username: string
  password: string
  kind: 'logIn' | 'refresh' | 'probe'
}

export interface LoginTestView {
  ok: boolean
  class: string
  findings: Finding[]
  edits: WireEdit[]
}

export interface LoginLine {
  step?: string
  finding?: Finding
  result?: LoginTestView
  fault?: string
}

export interface Finding {
  level: string
  topic: string
  text: string
  at: string
}

export interface ValuesView {
  revision: string
  runs: boolean
  environment: string
  outside: string[]
  secrets: SecretView[]
}

export interface SecretView {
  id: string
  group: string
  name: string
  origin: string
  state: string
}

export interface EnvironmentRequest {
  name: string
}

export interface SecretRequest {
  id: string
  value: string
  origin: string
}

export interface ThemeView {
  revision: string
  roles: RoleView[]
  contrasts: ContrastView[]
}

export interface RoleView {
  name: string
  doc: string
  light: string
  dark: string
}

export interface ContrastView {
  role: string
  on: string
  mode: string
  ratio: number
  least: number
}

export interface AssetsView {
  revision: string
  assets: AssetView[]
  most: number
}

export interface AssetView {
  name: string
  size: number
  media: string
  uses: string[]
}

export interface WordsView {
  english: Json
  own: Json
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

export type Json = null | boolean | number | string | Json[] | {[key: string]: Json}

export interface DebugView {
  on: boolean
  picked: string
  browsers: BrowserView[]
  login: LoginView | null
  calls: CallSeen[]
  flows: TraceView[]
  events: EventView[]
  variables: VariableView[]
  armed: string
  sample: string
  users: string[]
  inspect: boolean
}

export interface BrowserView {
  id: string
  name: string
  who: string
  page: string
  seen: string
  loggedIn: boolean
}

export interface LoginView {
  active: boolean
  uid: string
  token: string
  refreshToken: string
  expiry: string | null
  renewable: boolean
  persist: boolean
  since: string
  via: string
  claims: VariableView[]
  user: VariableView[]
  ended: string
  endedAt: string | null
}

export interface CallSeen {
  id: number
  browser: string
  who: string
  logIn: boolean
  at: string
  call: string
  method: string
  url: string
  status: number
  ms: number
  outcome: string
  renewal: boolean
  refreshed: boolean
  replayed: boolean
  tries: number
  error: string
}

export interface CallDetail {
  call: CallSeen
  sent: MessageView
  got: MessageView
}

export interface MessageView {
  headers: HeaderView[]
  body: string
  size: number
  cut: boolean
}

export interface HeaderView {
  name: string
  value: string
}

export interface TraceView {
  id: number
  browser: string
  at: string
  page: string
  flow: string
  ms: number
  steps: StepSeen[]
  more: number
  waits: boolean
  error: string
}

export interface StepSeen {
  at: string
  kind: string
  way: string
  note: string
  from: number
  ms: number
  error: string
}

export interface EventView {
  browser: string
  at: string
  kind: string
  reason: string
  class: string
  detail: string
}

export interface VariableView {
  name: string
  kind: string
  text: string
  items: VariableView[]
}

export interface DebugRequest {
  act: string
  browser?: string
  user?: string
  password?: string
  on?: boolean
}

export interface DebugAnswer {
  said: string
  url: string
}
