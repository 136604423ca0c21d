str.o: src/kit/base/str.c src/kit/base/base.h

src/kit/base/base.h:
