import type {
  CompletionView, WhereView, CatalogueView, EditRequest, PageView, ProjectView, RevisionRequest, ValueView,
  ExpressionRequest, ExpressionView, ScopeView, TextView,
  EnvironmentRequest, LoginTest, LoginTestView, SecretRequest, ValuesView, ThemeView, AssetsView, WordsView,
  HistoryView,
  CallDetail, DebugAnswer, DebugRequest, DebugView,
} from './wire.ts'

// Refusal is an answer that says no: a code for us and a sentence for people.
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export const zip = 'application/zip'

// ask asks the studio's server; a Refusal is thrown when it says no.
export async function ask<Out>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Out> {
  const headers: Record<string, string> = {'X-Usher': '1'}
  if (body !== undefined) headers['Content-Type'] = !(body instanceof Blob) ? 'application/json' : body.type === zip ? zip : 'application/octet-stream'
  let answer: Response
  try {
    answer = await fetch(path, {method, headers, body: body === undefined ? undefined : body instanceof Blob ? body : JSON.stringify(body)})
  } catch {
    throw new Refusal(0, 'offline', 'Usher does not answer. Is it still running?')
  }
  const json: unknown = await answer.json().catch(() => ({}))
  if (answer.ok) return json as Out
  const {error = 'fault', message = 'Something went wrong.'} = json as {error?: string; message?: string}
  throw new Refusal(answer.status, error, message)
}

export const api = {
  project: () => ask<ProjectView>('GET', '/api/project'),
  catalogue: () => ask<CatalogueView>('GET', '/api/catalogue'),
  // sheet is what the canvas shows: a page, a component, or the bars (/app/bars).
  sheet: (root: string) => {
    const [, kind = '', name = ''] = root.split('/').map(part => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    return ask<PageView>('GET', kind === 'app' ? '/api/bars' : `/api/${kind === 'pages' ? 'page' : 'component'}/${encodeURIComponent(name)}`)
  },
  value: (at: string) => ask<ValueView>('GET', `/api/value?at=${encodeURIComponent(at)}`),
  text: (at: string) => ask<TextView>('GET', `/api/text?at=${encodeURIComponent(at)}`),
  where: (at: string) => ask<WhereView>('GET', `/api/where?${new URLSearchParams({at})}`),
  whatAt: (file: string, line: number, column: number) => ask<WhereView>('GET', `/api/where?${new URLSearchParams({file, line: String(line), column: String(column)})}`),
  completion: (at: string, has: string[]) => ask<CompletionView>('GET', `/api/completion?${new URLSearchParams({at, has: has.join(',')})}`),
  scope: (at: string, prop = '', kind = '') => ask<ScopeView>('GET', `/api/scope?${new URLSearchParams({at, prop, kind})}`),
  expression: (request: ExpressionRequest) => ask<ExpressionView>('POST', '/api/expression', request),
  trust: () => ask<ProjectView>('POST', '/api/trust', {}),
  debug: (browser: string) => ask<DebugView>('GET', `/api/debug?browser=${encodeURIComponent(browser)}`),
  debugCall: (id: number) => ask<CallDetail>('GET', `/api/debug/call?id=${id}`),
  press: (request: DebugRequest) => ask<DebugAnswer>('POST', '/api/debug', request),
  edit: (request: EditRequest) => ask<ProjectView>('POST', '/api/edit', request),
  history: () => ask<HistoryView>('GET', '/api/history'),
  undo: (request: RevisionRequest) => ask<ProjectView>('POST', '/api/undo', request),
  redo: (request: RevisionRequest) => ask<ProjectView>('POST', '/api/redo', request),
  assets: () => ask<AssetsView>('GET', '/api/assets'),
  putAsset: (name: string, file: File, revision: string, replace: boolean) => ask<AssetsView>('PUT', `/api/asset/${encodeURIComponent(name)}?${new URLSearchParams({revision, ...replace && {replace: '1'}})}`, file),
  deleteAsset: (name: string, revision: string) => ask<AssetsView>('DELETE', `/api/asset/${encodeURIComponent(name)}?${new URLSearchParams({revision})}`),
  words: (lang: string) => ask<WordsView>('GET', `/api/words?lang=${encodeURIComponent(lang)}`),
  theme: () => ask<ThemeView>('GET', '/api/theme'),
  values: () => ask<ValuesView>('GET', '/api/values'),
  environment: (request: EnvironmentRequest) => ask<ValuesView>('POST', '/api/environment', request),
  secret: (request: SecretRequest) => ask<ValuesView>('POST', '/api/secret', request),
  testLogin: (request: LoginTest) => ask<LoginTestView>('POST', '/api/login/test', request),
}
