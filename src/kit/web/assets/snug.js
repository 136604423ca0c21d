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

  // A piece that says data-live is fetched again when the house says that something changed. What
  // is being written stays, and so do the place on the page, what is folded open, and the focus.
  var region = document.querySelector('[data-live]')
  var source = null, told = 0, fetching = false, last = 0

  function written(form) {
    return Array.from(form.elements).some(function (f) {
      if (f.type === 'hidden' || f.tagName === 'BUTTON') return false
      if (f === document.activeElement) return true
      if (f.type === 'checkbox' || f.type === 'radio') return f.checked !== f.defaultChecked
      if (f.tagName === 'SELECT') return Array.from(f.options).some(function (o) { return o.selected !== o.defaultSelected })
      return f.value !== undefined && f.value !== f.defaultValue
    })
  }
  // Forms by where they lead; of two that lead to the same place, by their order.
  function named(root, tag, key) {
    var out = {}, n = {}
    root.querySelectorAll(tag).forEach(function (e) {
      var k = key(e)
      n[k] = (n[k] || 0) + 1
      out[k + ' ' + n[k]] = e
    })
    return out
  }
  function placeOf(form) { return form.getAttribute('action') || '' }
  function foldOf(d) { var o = d.closest('[id]'), s = d.querySelector('summary'); return (o ? o.id : '') + (s ? s.textContent : '') }
  function linkOf(e) { return e.getAttribute('href') || e.textContent }

  function put(fresh) {
    var old = region, at = document.activeElement, inside = at && old.contains(at)
    var forms = named(old, 'form', placeOf), news = named(fresh, 'form', placeOf)
    var keep = Object.keys(forms).filter(function (k) { return written(forms[k]) })
    if (keep.some(function (k) { return !news[k] })) return false
    var folds = named(old, 'details', foldOf), foldsNew = named(fresh, 'details', foldOf)
    Object.keys(folds).forEach(function (k) { if (foldsNew[k]) foldsNew[k].open = folds[k].open })
    var links = named(old, 'a,button', linkOf), link = null
    if (inside) Object.keys(links).forEach(function (k) { if (links[k] === at) link = k })
    var mark = Array.from(old.querySelectorAll('[id]')).find(function (e) { return e.getBoundingClientRect().bottom > 0 })
    var was = mark ? mark.getBoundingClientRect().top : 0
    var from = inside && at.selectionStart, to = inside && at.selectionEnd
    keep.forEach(function (k) { news[k].replaceWith(forms[k]) })
    old.replaceWith(fresh)
    region = fresh
    if (window.htmx) window.htmx.process(fresh)
    var again = mark && document.getElementById(mark.id)
    if (again && window.scrollY > 0) window.scrollBy(0, again.getBoundingClientRect().top - was)
    if (inside && fresh.contains(at)) {
      at.focus({ preventScroll: true })
      if (typeof from === 'number' && at.setSelectionRange) at.setSelectionRange(from, to)
    } else if (link) {
      var same = named(fresh, 'a,button', linkOf)[link]
      if (same) same.focus({ preventScroll: true })
    }
    return true
  }

  function offer() {
    var place = document.getElementById('notices')
    if (!place || place.querySelector('.newer')) return
    var box = document.createElement('div')
    box.className = 'notice newer'
    box.setAttribute('role', 'status')
    box.innerHTML = '<p>Something new has come. What you write here stays until you send it or <a href="">load the page anew</a>.</p>'
    place.appendChild(box)
  }

  function fetchAgain() {
    if (fetching || !region || told <= Number(region.dataset.live)) return
    var wait = last + 1000 - Date.now()
    if (wait > 0) { setTimeout(fetchAgain, wait); return }
    fetching = true
    last = Date.now()
    fetch(location.pathname + location.search, { headers: { 'HX-Request': 'true', 'Snug-Live': '1' } }).then(function (r) {
      return r.ok ? r.text() : ''
    }).then(function (words) {
      var fresh = new DOMParser().parseFromString(words, 'text/html').querySelector('[data-live]')
      if (!fresh) { region.dataset.live = told; return }
      if (!put(document.adoptNode(fresh))) { offer(); region.dataset.live = told }
    }).catch(function () { last = Date.now() + 9000 }).then(function () {
      fetching = false
      if (region && told > Number(region.dataset.live)) setTimeout(fetchAgain, 1000)
    })
  }

  // Only while the page is looked at: browsers allow few connections to one house.
  function listen() {
    if (source) source.close()
    source = null
    if (!region || document.hidden || !window.EventSource) return
    source = new EventSource('/live?since=' + region.dataset.live)
    source.onmessage = function (e) {
      told = Math.max(told, Number(e.data))
      fetchAgain()
    }
    source.onerror = function () { // refused: too many listen already
      if (source && source.readyState === 2) { source = null; setTimeout(listen, 60000) }
    }
  }
  document.addEventListener('visibilitychange', listen)
  window.addEventListener('pageshow', listen)
  window.addEventListener('pagehide', function () { if (source) source.close(); source = null })
})()
