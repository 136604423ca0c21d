pages.o: tests/bench/pages.c src/app/door.h src/app/house.h \
  src/kit/base/conf.h src/kit/base/base.h src/kit/base/hash.h \
  src/kit/store/work.h src/kit/store/db.h src/kit/base/ctx.h \
  src/kit/web/web.h src/kit/net/rate.h src/kit/web/page.h \
  src/kit/net/http.h src/kit/web/form.h src/kit/web/html.h \
  src/kit/web/route.h src/kit/web/session.h src/people/keeper.h \
  src/people/person.h src/log/event.h src/kit/base/trace.h

src/app/door.h:

src/app/house.h:

src/kit/base/conf.h:

src/kit/base/base.h:

src/kit/base/hash.h:

src/kit/store/work.h:

src/kit/store/db.h:

src/kit/base/ctx.h:

src/kit/web/web.h:

src/kit/net/rate.h:

src/kit/web/page.h:

src/kit/net/http.h:

src/kit/web/form.h:

src/kit/web/html.h:

src/kit/web/route.h:

src/kit/web/session.h:

src/people/keeper.h:

src/people/person.h:

src/log/event.h:

src/kit/base/trace.h:
