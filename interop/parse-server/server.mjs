// Parse Server over the PostgreSQL database $DATABASE_URL, on 127.0.0.1:$PORT.
import express from 'express'
import {ParseServer} from 'parse-server'

const port = Number(process.env.PORT)
const api = new ParseServer({
  databaseURI: process.env.DATABASE_URL,
  appId: 'my-app',
  masterKey: 'a key for tests, which opens nothing else',
  serverURL: `http://127.0.0.1:${port}/parse`,
  silent: true,
  directAccess: true,
  cloud: Parse => Parse.Cloud.beforeFind(Parse.User, req => { // Paul may not even read himself
    if (req.user?.get('username') === 'paul') throw new Parse.Error(119, 'Permission denied for action get on class _User.')
  }),
})
await api.start()
express().use('/parse', api.app).listen(port, '127.0.0.1')
