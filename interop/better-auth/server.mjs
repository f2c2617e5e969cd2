// better-auth with its bearer plugin, over a database in memory, on 127.0.0.1:$PORT.
import {createServer} from 'node:http'
import {betterAuth} from 'better-auth'
import {memoryAdapter} from 'better-auth/adapters/memory'
import {toNodeHandler} from 'better-auth/node'
import {bearer} from 'better-auth/plugins'

const port = Number(process.env.PORT)
const auth = betterAuth({
  baseURL: `http://127.0.0.1:${port}`,
  secret: 'a key for tests, which signs nothing else',
  telemetry: {enabled: false},
  database: memoryAdapter({user: [], session: [], account: [], verification: []}),
  emailAndPassword: {enabled: true},
  plugins: [bearer()],
})
createServer(toNodeHandler(auth)).listen(port, '127.0.0.1')
