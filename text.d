text.o: src/kit/base/text.c src/kit/base/text.h src/kit/base/base.h

src/kit/base/text.h:

src/kit/base/base.h:
