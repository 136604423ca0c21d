deeds.o: src/talk/deeds.c src/kit/base/pack.h src/kit/base/base.h \
  src/kit/store/search.h src/kit/store/work.h src/kit/store/db.h \
  src/kit/base/ctx.h src/talk/incoming.h src/talk/talk.h src/may/may.h \
  src/people/keeper.h src/people/person.h src/log/event.h src/ties/tie.h \
  src/ties/drift.h src/ties/engine.h src/ties/layer.h \
  out/debug/gen/talk/talk_sql.inc

src/kit/base/pack.h:

src/kit/base/base.h:

src/kit/store/search.h:

src/kit/store/work.h:

src/kit/store/db.h:

src/kit/base/ctx.h:

src/talk/incoming.h:

src/talk/talk.h:

src/may/may.h:

src/people/keeper.h:

src/people/person.h:

src/log/event.h:

src/ties/tie.h:

src/ties/drift.h:

src/ties/engine.h:

src/ties/layer.h:

out/debug/gen/talk/talk_sql.inc:
