view.o: src/talk/view.c src/kit/base/pack.h src/kit/base/base.h \
  src/talk/in_list.h src/kit/store/db.h src/kit/base/ctx.h \
  src/talk/incoming.h src/talk/talk.h src/may/may.h src/people/keeper.h \
  src/people/person.h src/log/event.h src/ties/tie.h src/ties/drift.h \
  src/ties/engine.h src/ties/layer.h

src/kit/base/pack.h:

src/kit/base/base.h:

src/talk/in_list.h:

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
