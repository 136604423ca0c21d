part.o: src/people/part.c src/kit/base/text.h src/kit/base/base.h \
  src/people/people_log.h src/people/person.h src/log/event.h \
  src/kit/store/db.h src/kit/base/ctx.h

src/kit/base/text.h:

src/kit/base/base.h:

src/people/people_log.h:

src/people/person.h:

src/log/event.h:

src/kit/store/db.h:

src/kit/base/ctx.h:
