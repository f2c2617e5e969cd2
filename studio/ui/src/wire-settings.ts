// What the settings show and ask for. As studio/wire*.go has it.
import type {Json, WireEdit} from './wire.ts'

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
