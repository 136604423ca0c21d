tie_own.o: src/ties/tie_own.c src/ties/tie_row.h src/ties/tie.h \
  src/people/person.h src/log/event.h src/kit/store/db.h \
  src/kit/base/ctx.h src/kit/base/base.h src/ties/drift.h \
  src/ties/engine.h src/ties/layer.h src/ties/words.h

src/ties/tie_row.h:

src/ties/tie.h:

src/people/person.h:

src/log/event.h:

src/kit/store/db.h:

src/kit/base/ctx.h:

src/kit/base/base.h:

src/ties/drift.h:

src/ties/engine.h:

src/ties/layer.h:

src/ties/words.h:
