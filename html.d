html.o: src/kit/web/html.c src/kit/web/html.h src/kit/base/base.h

src/kit/web/html.h:

src/kit/base/base.h:
