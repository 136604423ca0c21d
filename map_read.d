map_read.o: src/talk/map_read.c src/kit/base/hash.h src/kit/base/base.h \
  src/kit/base/text.h src/talk/map_web.h src/kit/web/page.h \
  src/kit/net/http.h src/kit/store/work.h src/kit/store/db.h \
  src/kit/base/ctx.h src/kit/web/form.h src/kit/web/html.h \
  src/kit/web/route.h src/kit/web/session.h src/talk/talk.h \
  src/may/may.h src/people/keeper.h src/people/person.h src/log/event.h \
  src/ties/tie.h src/ties/drift.h src/ties/engine.h src/ties/layer.h \
  src/ties/map.h

src/kit/base/hash.h:

src/kit/base/base.h:

src/kit/base/text.h:

src/talk/map_web.h:

src/kit/web/page.h:

src/kit/net/http.h:

src/kit/store/work.h:

src/kit/store/db.h:

src/kit/base/ctx.h:

src/kit/web/form.h:

src/kit/web/html.h:

src/kit/web/route.h:

src/kit/web/session.h:

src/talk/talk.h:

src/may/may.h:

src/people/keeper.h:

src/people/person.h:

src/log/event.h:

src/ties/tie.h:

src/ties/drift.h:

src/ties/engine.h:

src/ties/layer.h:

src/ties/map.h:
