// SPDX-License-Identifier: GPL-3.0-or-later
// talk.js - comfort on conversations and tracks: a selected sentence can be followed as an idea, or remembered;
// tracks are zoomed by Ctrl and the wheel, or a double click, and moved by dragging.
(function () {
  'use strict'

  // ---- a selected sentence ----

  var link = null
  function unoffer() {
    if (link) link.remove()
    link = null
  }
  function offer() {
    var s = window.getSelection()
    unoffer()
    if (!s || s.isCollapsed || !s.rangeCount) return
    var range = s.getRangeAt(0)
    var from = range.startContainer, to = range.endContainer
    from = from.nodeType === 1 ? from : from.parentElement
    to = to.nodeType === 1 ? to : to.parentElement
    var msg = from && from.closest('.msg')
    var words = s.toString().trim()
    if (!msg || !from.closest('.body') || to.closest('.msg') !== msg || words.length < 4 || words.length > 1500) return
    var box = range.getBoundingClientRect()
    link = document.createElement('div')
    link.className = 'follow'
    for (var way of [['remember', 'Remember this'], ['idea', 'Follow this idea']]) {
      var a = document.createElement('a')
      a.className = 'button'
      a.textContent = way[1]
      a.href = '/talk/' + msg.id.slice(1) + '/' + way[0] + '?words=' + encodeURIComponent(words)
      link.appendChild(a)
    }
    link.style.setProperty('left', Math.max(8, box.left + window.scrollX) + 'px')
    link.style.setProperty('top', (box.bottom + window.scrollY + 6) + 'px')
    document.body.appendChild(link)
  }
  if (document.querySelector('.thread')) {
    var later = 0
    document.addEventListener('selectionchange', function () {
      clearTimeout(later)
      later = setTimeout(offer, 250)
    })
  }

  // ---- tracks ----

  var state = null // what is asked for while the answer is on its way
  var timer = 0, busy = null

  function read(figure) {
    var d = figure.dataset
    return { from: +d.from, to: +d.to, left: +d.left, right: +d.right, width: +d.width }
  }
  function now(figure) { return state || (state = read(figure)) }

  // The time under the pointer, between 0 and 1 of the axis.
  function part(figure, s, x) {
    var box = figure.querySelector('svg').getBoundingClientRect()
    var at = (x - box.left) / box.width * s.width
    return Math.min(1, Math.max(0, (at - s.left) / (s.right - s.left)))
  }
  function fetchPiece() {
    var url = new URL(window.location.href)
    url.searchParams.set('from', Math.round(state.from))
    url.searchParams.set('to', Math.round(state.to))
    url.searchParams.delete('all')
    if (busy) busy.abort()
    busy = new AbortController()
    fetch(url, { headers: { 'HX-Request': 'true' }, signal: busy.signal, credentials: 'same-origin' })
      .then(function (r) { if (!r.ok) throw new Error(r.status); return r.text() })
      .then(function (text) {
        var doc = new DOMParser().parseFromString(text, 'text/html')
        var fresh = doc.getElementById('tracks'), old = document.getElementById('tracks')
        if (fresh && old) old.replaceWith(document.adoptNode(fresh))
        window.history.replaceState(null, '', url)
        state = null
      })
      .catch(function (e) { if (e.name !== 'AbortError') window.location.assign(url) })
  }
  function soon() {
    clearTimeout(timer)
    timer = setTimeout(fetchPiece, 140)
  }
  function zoom(figure, x, factor) {
    var s = now(figure), k = part(figure, s, x)
    var at = s.from + k * (s.to - s.from), span = Math.max(600, (s.to - s.from) * factor)
    if (span > 200 * 365 * 86400) return
    s.from = at - k * span
    s.to = s.from + span
    soon()
  }
  var figureOf = function (e) { return e.target.closest && e.target.closest('figure.tracks') }

  document.addEventListener('wheel', function (e) {
    var figure = figureOf(e)
    if (!figure || !(e.ctrlKey || e.metaKey)) return
    e.preventDefault()
    zoom(figure, e.clientX, Math.exp(Math.max(-60, Math.min(60, e.deltaY)) / 120))
  }, { passive: false })
  document.addEventListener('dblclick', function (e) {
    var figure = figureOf(e)
    if (figure && !e.target.closest('a')) zoom(figure, e.clientX, e.shiftKey ? 3 : 1 / 3)
  })

  var drag = null
  document.addEventListener('pointerdown', function (e) {
    var figure = figureOf(e)
    if (figure && e.button === 0 && e.pointerType === 'mouse' && !e.target.closest('a')) drag = { figure: figure, x: e.clientX, moved: false }
  })
  document.addEventListener('pointermove', function (e) {
    if (!drag) return
    var dx = e.clientX - drag.x
    if (!drag.moved && Math.abs(dx) < 6) return
    drag.moved = true
    var s = now(drag.figure), box = drag.figure.querySelector('svg').getBoundingClientRect()
    var by = dx / box.width * s.width / (s.right - s.left) * (s.to - s.from)
    drag.x = e.clientX
    s.from -= by
    s.to -= by
    soon()
  })
  document.addEventListener('pointerup', function () { drag = null })
})()
