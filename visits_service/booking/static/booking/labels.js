// A box that is searched while one types stands in for the field that its label belongs to: the label names the box, too.
window.addEventListener("load", () => {
  document.querySelectorAll("select.admin-autocomplete[id]").forEach((field) => {
    const label = document.querySelector(`label[for="${field.id}"]`)
    const box = field.parentElement.querySelector('[role="combobox"]')
    const chosen = document.getElementById(`select2-${field.id}-container`)
    if (!label || !box || !chosen) return
    label.id = `${field.id}-label`
    chosen.setAttribute("aria-labelledby", label.id)
    box.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`)
  })
})
