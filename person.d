person.o: src/people/person.c src/people/person.h src/log/event.h \
  src/kit/store/db.h src/kit/base/ctx.h src/kit/base/base.h \
  src/kit/base/hash.h src/kit/base/text.h src/people/people_log.h

src/people/person.h:

src/log/event.h:

src/kit/store/db.h:

src/kit/base/ctx.h:

src/kit/base/base.h:

src/kit/base/hash.h:

src/kit/base/text.h:

src/people/people_log.h:
