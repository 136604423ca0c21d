today_web.o: src/today/today_web.c src/today/today_web.h \
  src/kit/web/page.h src/kit/net/http.h src/kit/base/base.h \
  src/kit/store/work.h src/kit/store/db.h src/kit/base/ctx.h \
  src/kit/web/form.h src/kit/web/html.h src/kit/web/route.h \
  src/kit/web/session.h src/today/today.h src/people/keeper.h \
  src/people/person.h src/log/event.h src/talk/talk.h src/may/may.h \
  src/ties/tie.h src/ties/drift.h src/ties/engine.h src/ties/layer.h \
  src/kit/base/date.h src/kit/web/web.h src/kit/net/rate.h \
  src/ties/words.h out/debug/gen/today/today_html.h

src/today/today_web.h:

src/kit/web/page.h:

src/kit/net/http.h:

src/kit/base/base.h:

src/kit/store/work.h:

src/kit/store/db.h:

src/kit/base/ctx.h:

src/kit/web/form.h:

src/kit/web/html.h:

src/kit/web/route.h:

src/kit/web/session.h:

src/today/today.h:

src/people/keeper.h:

src/people/person.h:

src/log/event.h:

src/talk/talk.h:

src/may/may.h:

src/ties/tie.h:

src/ties/drift.h:

src/ties/engine.h:

src/ties/layer.h:

src/kit/base/date.h:

src/kit/web/web.h:

src/kit/net/rate.h:

src/ties/words.h:

out/debug/gen/today/today_html.h:
