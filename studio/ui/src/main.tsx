import {setNonce} from 'get-nonce'
import {createRoot} from 'react-dom/client'
import {App} from './App.tsx'
import {store} from './store.ts'
import {nonce} from './ui.tsx'
import './studio.css'

setNonce(nonce)
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(<App />)
  void store.start()
}
