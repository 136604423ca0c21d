part_test.o: src/people/part_test.c src/kit/base/hash.h \
  src/kit/base/base.h src/kit/store/migrate.h src/kit/store/work.h \
  src/kit/store/db.h src/kit/base/ctx.h src/people/keeper.h \
  src/people/person.h src/log/event.h

src/kit/base/hash.h:

src/kit/base/base.h:

src/kit/store/migrate.h:

src/kit/store/work.h:

src/kit/store/db.h:

src/kit/base/ctx.h:

src/people/keeper.h:

src/people/person.h:

src/log/event.h:
