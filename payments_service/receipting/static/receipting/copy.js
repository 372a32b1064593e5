// The button beside the link to a PDF puts it on the clipboard; over plain http browsers only offer the old way.
document.getElementById("copy").addEventListener("click", event => {
  const link = document.getElementById("link")
  link.select()
  if (navigator.clipboard) navigator.clipboard.writeText(link.value)
  else document.execCommand("copy")
  event.target.textContent = "Copied"
})
