// What the running app does. As studio/wire*.go has it.

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
