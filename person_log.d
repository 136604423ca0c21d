person_log.o: src/people/person_log.c src/kit/base/hash.h \
  src/kit/base/base.h src/kit/base/pack.h src/kit/base/text.h \
  src/people/card.h src/people/person.h src/log/event.h \
  src/kit/store/db.h src/kit/base/ctx.h src/people/keeper.h \
  src/people/people_log.h out/debug/gen/people/people_sql.inc

src/kit/base/hash.h:

src/kit/base/base.h:

src/kit/base/pack.h:

src/kit/base/text.h:

src/people/card.h:

src/people/person.h:

src/log/event.h:

src/kit/store/db.h:

src/kit/base/ctx.h:

src/people/keeper.h:

src/people/people_log.h:

out/debug/gen/people/people_sql.inc:
