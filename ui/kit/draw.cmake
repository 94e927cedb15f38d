# m2_draw: what the kit draws with: colours, text, shapes, pictures, charts, QR codes, sound.
m2_package(TTF SDL2_ttf)
m2_package(CAIRO cairo)
m2_package(FRIBIDI fribidi)
m2_package(UNIBREAK libunibreak)
m2_package(QRENCODE libqrencode)
m2_library(m2_draw
    SOURCES
        chart.c
        chart_plot.c
        qr.c
        shape.c
        sound.c
        text.c
        theme.c
    LINKS m2_base PkgConfig::SDL
    PRIVATE_LINKS PkgConfig::TTF PkgConfig::CAIRO PkgConfig::FRIBIDI PkgConfig::UNIBREAK PkgConfig::QRENCODE m)
foreach(name theme text shape chart qr)
    m2_test(${name} LINKS m2_draw)
endforeach()
if(M2_TESTS) # pango draws the reference, in tests alone
    m2_package(PANGO pangocairo)
    m2_package(FONTCONFIG fontconfig)
    m2_test(text_pango LINKS m2_draw PkgConfig::PANGO PkgConfig::FONTCONFIG m)
endif()
