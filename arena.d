arena.o: src/kit/base/arena.c src/kit/base/base.h

src/kit/base/base.h:
