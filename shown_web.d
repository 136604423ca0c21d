shown_web.o: src/talk/shown_web.c src/kit/base/text.h src/kit/base/base.h \
  src/talk/talk_web.h src/kit/web/page.h src/kit/net/http.h \
  src/kit/store/work.h src/kit/store/db.h src/kit/base/ctx.h \
  src/kit/web/form.h src/kit/web/html.h src/kit/web/route.h \
  src/kit/web/session.h src/people/people_web.h src/people/person.h \
  src/log/event.h src/talk/talk.h src/may/may.h src/people/keeper.h \
  src/ties/tie.h src/ties/drift.h src/ties/engine.h src/ties/layer.h

src/kit/base/text.h:

src/kit/base/base.h:

src/talk/talk_web.h:

src/kit/web/page.h:

src/kit/net/http.h:

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
