// SPDX-License-Identifier: GPL-3.0-or-later
// map.js - the map of the house on a canvas: nearer and farther, found by name, from somebody to
// their page, a letter, an introduction. Without it the page has a drawing and the lists.
(function () {
  'use strict'
  var room = document.querySelector('[data-map]')
  if (!room || !window.d3) return
  var SIDE = 1000, CLOSE = 5, NAMES = 120, TOP = 34
  var map = JSON.parse(room.dataset.map)
  var people = map.people.map(function (p, i) {
    return { at: i, id: p[0], name: p[1], x: p[2], y: p[3], group: p[4], known: p[5], links: [] }
  })
  var links = []
  for (var i = 0; i < map.links.length; i += 3) {
    var l = { a: people[map.links[i]], b: people[map.links[i + 1]], often: map.links[i + 2] }
    links.push(l)
    l.a.links.push(l)
    l.b.links.push(l)
  }
  if (!people.length) return

  var canvas = document.createElement('canvas')
  var pen = canvas.getContext('2d')
  var view = d3.zoomIdentity, width = 0, height = 0, margin = 0, base = 1, ratio = 1, colours
  var chosen = null, first = null // first: who is to be introduced to the next one
  canvas.className = 'island'
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', people.length + ' people of the house and who writes with whom. Find somebody by name above; the groups are listed below.')
  var card = document.createElement('div')
  card.className = 'chosen'
  card.setAttribute('role', 'status')
  room.querySelector('figure').replaceChildren(canvas, card)
  document.querySelectorAll('.mapbar').forEach(function (e) { e.hidden = false })

  // ---- colours are the style's, which knows light and dark ----

  function readColours() {
    var NS = 'http://www.w3.org/2000/svg', svg = document.createElementNS(NS, 'svg')
    svg.setAttribute('class', 'map hidden')
    room.appendChild(svg)
    function of(tag, name, what) {
      var e = document.createElementNS(NS, tag)
      e.setAttribute('class', name)
      svg.appendChild(e)
      return getComputedStyle(e)[what]
    }
    colours = { groups: [], edge: of('line', 'edge', 'stroke'), strong: of('line', 'edge strong', 'stroke'),
      name: of('text', 'name', 'fill'), label: of('text', 'label', 'fill'), paper: of('text', 'name', 'stroke'),
      plain: of('circle', 'node', 'fill'), ring: of('circle', 'node', 'stroke'), font: getComputedStyle(document.body).fontFamily }
    for (var i = 0; i < 8; i++) colours.groups.push(of('circle', 'node c' + i, 'fill'))
    svg.remove()
  }

  // ---- drawing ----

  function px(p) { return view.applyX(p.x * base + (width - SIDE * base) / 2) }
  function py(p) { return view.applyY(TOP + p.y * base) }
  function big(p) { return Math.min(4 + Math.sqrt(p.known), 13) * Math.min(2, Math.sqrt(view.k)) * Math.max(.55, Math.min(1, base * 1.3)) }
  function near(p) { return !chosen || p === chosen || p.links.some(function (l) { return l.a === chosen || l.b === chosen }) }

  function drawLinks(list, style, often) {
    pen.strokeStyle = style
    pen.lineWidth = often ? 2.4 : 1
    pen.beginPath()
    list.forEach(function (l) {
      if (!!l.often !== often) return
      pen.moveTo(px(l.a), py(l.a))
      pen.lineTo(px(l.b), py(l.b))
    })
    pen.stroke()
  }

  function drawPerson(p) {
    var x = px(p), y = py(p), r = big(p)
    if (x < -20 || y < -20 || x > width + 20 || y > height + 20) return
    pen.beginPath()
    pen.arc(x, y, r, 0, 7)
    pen.fillStyle = p.group < 0 ? colours.plain : colours.groups[p.group % 8]
    pen.fill()
    pen.strokeStyle = p === chosen || p === first ? colours.name : p.group < 0 ? colours.ring : colours.paper
    pen.lineWidth = p === chosen || p === first ? 4 : 1.2
    pen.stroke()
  }

  // A text where none stands yet; false: there is no room.
  function write(taken, words, x, y, style) {
    var w = pen.measureText(words).width / 2 + 3, h = 10
    if (x + w < 0 || x - w > width || y < 0 || y > height) return false
    if (taken.some(function (t) { return Math.abs(t.x - x) < t.w + w && Math.abs(t.y - y) < t.h + h })) return false
    taken.push({ x: x, y: y, w: w, h: h })
    pen.lineWidth = 4
    pen.strokeStyle = colours.paper
    pen.strokeText(words, x, y)
    pen.fillStyle = style
    pen.fillText(words, x, y)
    return true
  }

  function drawNames() {
    var taken = [], n = 0
    pen.textAlign = 'center'
    pen.textBaseline = 'middle'
    pen.lineJoin = 'round'
    pen.font = '600 14px ' + colours.font
    if (chosen) write(taken, chosen.name, px(chosen), py(chosen) + big(chosen) + 11, colours.name)
    pen.font = 'italic 13px ' + colours.font
    if (!chosen && view.k < 2.5) {
      map.groups.forEach(function (words, g) {
        var of = people.filter(function (p) { return p.group === g })
        if (!of.length) return
        var top = of.reduce(function (a, p) { return py(p) < py(a) ? p : a })
        var x = of.reduce(function (sum, p) { return sum + px(p) }, 0) / of.length
        write(taken, words, x, py(top) - 18, colours.label)
      })
    }
    pen.font = '13px ' + colours.font
    people.some(function (p) {
      if (p !== chosen && near(p) && write(taken, p.name, px(p), py(p) + big(p) + 9, colours.name)) n++
      return n > NAMES
    })
  }

  var asked = 0
  function draw() {
    asked = 0
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, width, height)
    pen.globalAlpha = chosen ? .1 : Math.min(.45, 6 / Math.sqrt(links.length + 1))
    drawLinks(links, colours.edge, false)
    drawLinks(links, colours.edge, true)
    if (chosen) {
      pen.globalAlpha = Math.min(.9, 7 / Math.sqrt(chosen.links.length + 1))
      drawLinks(chosen.links, colours.strong, false)
      drawLinks(chosen.links, colours.strong, true)
    }
    for (var i = people.length - 1; i >= 0; i--) {
      pen.globalAlpha = near(people[i]) || people[i] === first ? 1 : .25
      drawPerson(people[i])
    }
    pen.globalAlpha = 1
    drawNames()
  }
  function soon() { if (!asked) asked = requestAnimationFrame(draw) }

  // ---- moving: Ctrl and the wheel or two fingers; the page scrolls by what is left ----

  var zoom = d3.zoom().scaleExtent([1, 24]).filter(function (e) {
    if (e.type === 'wheel') return e.ctrlKey || e.metaKey
    if (e.touches) return e.touches.length > 1 || view.k > 1
    return !e.button
  }).on('zoom', function (e) { view = e.transform; soon() })
  var hand = d3.select(canvas).call(zoom)

  function resize() {
    width = room.clientWidth
    margin = width < 600 ? 12 : 60
    base = (width - 2 * margin) / SIDE
    if (width >= 600) base = Math.min(base, (Math.max(420, window.innerHeight * .82) - TOP) / SIDE)
    height = Math.round(SIDE * base + TOP + margin / 2)
    ratio = window.devicePixelRatio || 1
    canvas.width = width * ratio
    canvas.height = height * ratio
    canvas.style.setProperty('width', width + 'px')
    canvas.style.setProperty('height', height + 'px')
    zoom.extent([[0, 0], [width, height]]).translateExtent([[0, 0], [width, height]])
    hand.call(zoom.transform, view)
    soon()
  }
  document.querySelectorAll('[data-zoom]').forEach(function (b) {
    b.addEventListener('click', function () {
      var by = Number(b.dataset.zoom)
      if (by) hand.call(zoom.scaleBy, by)
      else { choose(null); hand.call(zoom.transform, d3.zoomIdentity) }
    })
  })

  function at(e) {
    var box = canvas.getBoundingClientRect(), best = null, least = 22
    people.forEach(function (p) {
      var far = Math.hypot(px(p) - (e.clientX - box.left), py(p) - (e.clientY - box.top)) - big(p)
      if (far < least) { least = far; best = p }
    })
    return least < 10 ? best : null
  }
  canvas.addEventListener('click', function (e) { choose(at(e)) })
  canvas.addEventListener('mousemove', function (e) {
    var p = e.buttons ? null : at(e)
    canvas.title = p ? p.name : ''
    canvas.classList.toggle('hit', !!p)
  })
  document.addEventListener('keydown', function (e) {
    if (e.key === 'Escape' && (chosen || first)) { first = null; choose(null) }
  })

  // ---- somebody ----

  function add(to, tag, words, href) {
    var e = document.createElement(tag)
    if (tag === 'button') e.type = 'button'
    if (href) e.href = href
    e.textContent = words
    to.appendChild(e)
    return e
  }
  function known(p) {
    return p.links.slice().sort(function (a, b) { return b.often - a.often }).map(function (l) { return l.a === p ? l.b : l.a })
  }

  function choose(p) {
    chosen = p
    card.replaceChildren()
    if (p && first && p !== first) introduce(p)
    else if (p) tell(p)
    else first = null
    soon()
  }
  function introduce(p) {
    var line = add(card, 'p', '')
    add(line, 'a', 'Introduce ' + first.name + ' to ' + p.name, '/talk/new?to=' + first.id + '&and=' + p.id).className = 'button'
    add(card, 'p', 'That begins a letter to both; nothing is sent yet.').className = 'small muted'
    first = null
  }
  function tell(p) {
    var all = known(p), head = add(card, 'h2', ''), acts = add(card, 'p', '')
    add(head, 'a', p.name, '/people/' + p.id)
    if (p.group >= 0) add(head, 'span', ' in ' + map.groups[p.group]).className = 'muted small'
    acts.className = 'do'
    if (p.id === map.me) acts.remove()
    add(acts, 'a', 'Write', '/talk/new?to=' + p.id).className = 'button quiet'
    var b = add(acts, 'button', 'Introduce to somebody')
    b.className = 'quiet'
    b.addEventListener('click', function () {
      first = p
      card.replaceChildren()
      add(card, 'p', 'Whom should ' + p.name + ' meet? Choose them on the map or find them by name; Esc leaves it.')
      box.value = ''
      box.focus()
      soon()
    })
    var line = add(card, 'p', 'Writes with ' + (all.length === 1 ? 'one here: ' : all.length + ' here: '))
    line.className = 'small'
    all.slice(0, CLOSE).forEach(function (o, i) {
      if (i) line.appendChild(document.createTextNode(', '))
      var to = add(line, 'button', o.name)
      to.className = 'plain'
      to.addEventListener('click', function () { go(o) })
    })
    if (all.length > CLOSE) line.appendChild(document.createTextNode(' and ' + (all.length - CLOSE) + ' more'))
  }
  function go(p) {
    choose(p)
    if (view.k < 2.5) hand.call(zoom.scaleTo, 2.5)
    hand.call(zoom.translateTo, view.invertX(px(p)), view.invertY(py(p)))
    card.scrollIntoView({ block: 'nearest' })
  }

  // ---- found by name ----

  var box = document.getElementById('map-find'), names = document.getElementById('map-names')
  function plain(s) { return s.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase() }
  var folded = people.map(function (p) { return plain(p.name) })
  people.forEach(function (p) { names.appendChild(document.createElement('option')).value = p.name })
  box.addEventListener('input', function () {
    var i = people.findIndex(function (p) { return p.name === box.value })
    if (i >= 0) go(people[i])
  })
  box.addEventListener('keydown', function (e) { // Enter again: the next of those who have it in their name
    if (e.key !== 'Enter' || !box.value) return
    var words = plain(box.value), n = people.length, from = chosen ? chosen.at + 1 : 0
    e.preventDefault()
    for (var k = 0; k < n; k++)
      if (folded[(from + k) % n].indexOf(words) >= 0) { go(people[(from + k) % n]); return }
    card.replaceChildren()
    add(card, 'p', 'Nobody of that name is on this map.')
  })

  readColours()
  resize()
  window.addEventListener('resize', resize)
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', function () { readColours(); soon() })
})()
