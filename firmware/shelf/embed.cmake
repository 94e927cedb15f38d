# embed: a text file as a C string, byte for byte. -DIN=schema.sql -DOUT=schema.c
file(READ ${IN} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "(char)0x\\1," bytes "${hex}")
file(WRITE ${OUT} "/* schema: schema.sql, made by embed.cmake. */\n#include \"shelf/container.h\"\n\nconst char container_schema[] = {${bytes}0};\n")
