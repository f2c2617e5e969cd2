// The variable that was copied last, for other properties of this sitting.

let last: {text: string; from: string} | null = null

export function copied(): {text: string; from: string} | null {
  return last
}

// copy keeps a text with ${…}, and gives it to the clipboard of the machine where that is allowed.
export function copy(text: string, from: string) {
  last = {text, from}
  navigator.clipboard?.writeText(text).catch(() => {}) // refused: it is still kept here
}
