find_walk.o: src/talk/find_walk.c src/talk/find.h src/kit/store/search.h \
  src/kit/store/work.h src/kit/store/db.h src/kit/base/ctx.h \
  src/kit/base/base.h src/talk/talk.h src/may/may.h src/people/keeper.h \
  src/people/person.h src/log/event.h src/ties/tie.h src/ties/drift.h \
  src/ties/engine.h src/ties/layer.h src/talk/in_list.h \
  src/kit/base/hash.h src/kit/base/text.h

src/talk/find.h:

src/kit/store/search.h:

src/kit/store/work.h:

src/kit/store/db.h:

src/kit/base/ctx.h:

src/kit/base/base.h:

src/talk/talk.h:

src/may/may.h:

src/people/keeper.h:

src/people/person.h:

src/log/event.h:

src/ties/tie.h:

src/ties/drift.h:

src/ties/engine.h:

src/ties/layer.h:

src/talk/in_list.h:

src/kit/base/hash.h:

src/kit/base/text.h:
