// Parse Server over the PostgreSQL database $DATABASE_URL, on 127.0.0.1:$PORT.
import express from 'express'
import {ParseServer} from 'parse-server'

const port = Number(process.env.PORT)
const api = new ParseServer({
  databaseURI: process.env.DATABASE_URL,
  appId: 'app',
  masterKey: 'a key for tests, which opens nothing else',
  serverURL: `http://127.0.0.1:${port}/parse`,
  silent: true,
  directAccess: true,
})
await api.start()
express().use('/parse', api.app).listen(port, '127.0.0.1')
