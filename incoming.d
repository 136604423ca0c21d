incoming.o: src/talk/incoming.c src/talk/incoming.h src/talk/talk.h \
  src/may/may.h src/people/keeper.h src/people/person.h src/log/event.h \
  src/kit/store/db.h src/kit/base/ctx.h src/kit/base/base.h \
  src/ties/tie.h src/ties/drift.h src/ties/engine.h src/ties/layer.h \
  src/kit/base/pack.h src/people/people_log.h

src/talk/incoming.h:

src/talk/talk.h:

src/may/may.h:

src/people/keeper.h:

src/people/person.h:

src/log/event.h:

src/kit/store/db.h:

src/kit/base/ctx.h:

src/kit/base/base.h:

src/ties/tie.h:

src/ties/drift.h:

src/ties/engine.h:

src/ties/layer.h:

src/kit/base/pack.h:

src/people/people_log.h:
