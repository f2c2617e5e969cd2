// json-server-auth over a database in memory, on 127.0.0.1:$PORT.
const jsonServer = require('json-server')
const auth = require('json-server-auth')

const app = jsonServer.create()
const router = jsonServer.router({users: [], posts: [{id: 1, title: 'hello', userId: 1}]})
app.db = router.db // where json-server-auth keeps its accounts
app.use(auth.rewriter({users: 600, posts: 660}))
app.use(auth)
app.use(router)
app.listen(Number(process.env.PORT), '127.0.0.1')
