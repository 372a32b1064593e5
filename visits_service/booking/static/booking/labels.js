// A box that is searched while one types stands in for the field that its label belongs to: the label names the box, too.
// The box is made once the page is there, before or after this is called; so it is looked for until it has come.
const nameBox = (field) => {
  const label = document.querySelector(`label[for="${field.id}"]`)
  const box = field.parentElement.querySelector('[role="combobox"]')
  const chosen = document.getElementById(`select2-${field.id}-container`)
  if (!label) return
  if (!box || !chosen) {
    window.setTimeout(nameBox, 50, field)
    return
  }
  label.id = `${field.id}-label`
  chosen.setAttribute("aria-labelledby", label.id)
  box.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`)
}

window.addEventListener("load", () => document.querySelectorAll("select.admin-autocomplete[id]").forEach(nameBox))
