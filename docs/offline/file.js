// Only in the copy of the site that opens from a folder. There the browser starts no worker, so
// the search runs in a hidden frame of the page itself, which looks like a worker to the theme.
"use strict"
if (location.protocol === "file:")
  window.Worker = class extends EventTarget {
    constructor(address) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      frame.title = "Search"
      this.ready = new Promise((resolve) => {
        const start = () => {
          const inside = frame.contentWindow
          inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", {data}))
          const script = frame.contentDocument.createElement("script")
          script.src = new URL(address, location.href)
          script.onload = () => resolve(inside)
          frame.contentDocument.head.append(script)
        }
        const attach = () => (document.body.append(frame), start())
        document.body ? attach() : addEventListener("DOMContentLoaded", attach)
      })
    }

    postMessage(data) {
      this.ready.then((inside) => inside.dispatchEvent(new inside.MessageEvent("message", {data})))
    }
  }
