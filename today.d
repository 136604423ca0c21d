today.o: src/today/today.c src/today/today.h src/people/keeper.h \
  src/people/person.h src/log/event.h src/kit/store/db.h \
  src/kit/base/ctx.h src/kit/base/base.h src/talk/talk.h src/may/may.h \
  src/ties/tie.h src/ties/drift.h src/ties/engine.h src/ties/layer.h \
  src/kit/base/date.h src/ties/words.h

src/today/today.h:

src/people/keeper.h:

src/people/person.h:

src/log/event.h:

src/kit/store/db.h:

src/kit/base/ctx.h:

src/kit/base/base.h:

src/talk/talk.h:

src/may/may.h:

src/ties/tie.h:

src/ties/drift.h:

src/ties/engine.h:

src/ties/layer.h:

src/kit/base/date.h:

src/ties/words.h:
