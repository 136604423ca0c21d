// SPDX-License-Identifier: GPL-3.0-or-later
// snug.js - comfort only: every page works without it.
(function () {
  'use strict'

  // "/" goes to the search box, unless somebody is writing.
  document.addEventListener('keydown', function (e) {
    var at = document.activeElement
    var writing = at && (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || at.isContentEditable)
    var box = document.getElementById('q')
    if (e.key === '/' && box && !writing && !e.ctrlKey && !e.metaKey && !e.altKey) {
      e.preventDefault()
      box.focus()
      box.select()
    }
    // Ctrl+Enter sends the form one is writing in.
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && at && at.tagName === 'TEXTAREA' && at.form) {
      e.preventDefault()
      at.form.requestSubmit()
    }
  })

  // A form is sent once, however often its button is pressed; coming back by history wakes it again.
  document.addEventListener('submit', function (e) {
    var form = e.target
    if (form.method !== 'post' || e.defaultPrevented) return
    if (form.dataset.sent) { e.preventDefault(); return }
    form.dataset.sent = '1'
    setTimeout(function () { delete form.dataset.sent }, 4000)
  })
  window.addEventListener('pageshow', function () {
    document.querySelectorAll('form[data-sent]').forEach(function (f) { delete f.dataset.sent })
  })

  // Somebody who was found while typing takes the place of what was typed.
  document.addEventListener('click', function (e) {
    var b = e.target.closest('[data-pick]')
    var box = b && document.getElementById(b.dataset.into)
    if (!box) return
    box.value = box.value.slice(0, box.value.lastIndexOf(',') + 1).replace(/,$/, ', ') + b.dataset.pick + ', '
    b.closest('.found').replaceChildren()
    box.focus()
  })

  // What htmx could not fetch is said where notices stand.
  function say(words) {
    var place = document.getElementById('notices')
    if (!place) return
    var box = document.createElement('div')
    box.className = 'notice problem'
    box.setAttribute('role', 'alert')
    var p = document.createElement('p')
    p.textContent = words
    box.appendChild(p)
    place.replaceChildren(box)
  }
  document.addEventListener('htmx:responseError', function (e) {
    var doc = new DOMParser().parseFromString(e.detail.xhr.responseText || '', 'text/html')
    var p = doc.querySelector('.problem')
    say(p ? p.textContent : 'That did not work. Please try again.')
  })
  document.addEventListener('htmx:sendError', function () {
    say('The house could not be reached. Nothing was changed.')
  })
})()
