talk_web.o: src/talk/talk_web.c src/talk/talk_web.h src/kit/web/page.h \
  src/kit/net/http.h src/kit/base/base.h src/kit/store/work.h \
  src/kit/store/db.h src/kit/base/ctx.h src/kit/web/form.h \
  src/kit/web/html.h src/kit/web/route.h src/kit/web/session.h \
  src/people/people_web.h src/people/person.h src/log/event.h \
  src/talk/talk.h src/may/may.h src/people/keeper.h src/ties/tie.h \
  src/ties/drift.h src/ties/engine.h src/ties/layer.h \
  src/kit/base/text.h out/debug/gen/talk/talk_html.h src/kit/base/date.h \
  out/debug/gen/people/people_html.h src/talk/find.h \
  src/kit/store/search.h

src/talk/talk_web.h:

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

src/people/people_web.h:

src/people/person.h:

src/log/event.h:

src/talk/talk.h:

src/may/may.h:

src/people/keeper.h:

src/ties/tie.h:

src/ties/drift.h:

src/ties/engine.h:

src/ties/layer.h:

src/kit/base/text.h:

out/debug/gen/talk/talk_html.h:

src/kit/base/date.h:

out/debug/gen/people/people_html.h:

src/talk/find.h:

src/kit/store/search.h:
