/* test_content_svg: pictures are shapes and nothing else (T34, T35), and become PNG. */
#include "content_svg.h"
#include "unit/test.h"

#define OPEN                                                                                                           \
    "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 480 320\">"

TEST(content_svg, what_is_not_a_shape_is_refused)
{
    static const struct {
        const char *inside, *says; /* says NULL: fine */
    } cases[] = {
        {"<rect width=\"9\" height=\"9\"/>", NULL},
        {"<g fill=\"url(#a)\"><path d=\"M0 0 L9 9\"/></g>", NULL},
        {"<use href=\"#a\"/><use xlink:href=\"#a\"/>", NULL},
        {"<!-- <script> in words only -->", NULL},
        {"<title>a > b</title>", NULL},
        {"<text>Hi</text>", "'<text>' is not allowed"},
        {"<image href=\"#a\"/>", "'<image>' is not allowed"},
        {"<script>1</script>", "'<script>' is not allowed"},
        {"<style>a{}</style>", "'<style>' is not allowed"},
        {"<foreignObject/>", "'<foreignObject>' is not allowed"},
        {"<animate/>", "'<animate>' is not allowed"},
        {"<a href=\"#x\"/>", "'<a>' is not allowed"},
        {"<rect onload=\"x\"/>", "a script ('onload')"},
        {"<rect data-x=\"a>b\" onload=\"x\"/>", "a script ('onload')"},
        {"<use href=\"b.svg#a\"/>", "a reference out of the file"},
        {"<use xlink:href='http://example.org/'/>", "a reference out of the file"},
        {"<rect style=\"fill:url(#a);stroke:url(b.svg)\"/>", "a reference out of the file"},
        {"<?xml-stylesheet href=\"a.css\"?>", "'<?' is not allowed"},
        {"<![CDATA[x]]>", "'<!' is not allowed"},
        {"<!ENTITY a 'b'>", "'<!' is not allowed"},
        {"<rect", "does not end"},
        {"\n<g>", "a.svg:2: no SVG"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct report r = {0};
        char *svg = mem_fmt(OPEN "%s%s", cases[i].inside, strcmp(cases[i].inside, "<rect") == 0 ? "" : "</svg>");
        bool ok = content_svg_check(svg, strlen(svg), "a.svg", &r);

        if (ok != !cases[i].says || (!ok && !strstr(buf_text(&r.text), cases[i].says))) {
            print_error("%s -> %s\n", cases[i].inside, buf_text(&r.text));
            CHECK(false);
        }
        report_release(&r);
        free(svg);
    }
}

/* says NULL: fine. */
static void check_whole(const char *svg, size_t n, const char *says)
{
    struct report r = {0};
    bool ok = content_svg_check(svg, n, "a.svg", &r);

    if (ok != !says || (!ok && !strstr(buf_text(&r.text), says))) {
        print_error("%.80s -> %s\n", svg, buf_text(&r.text));
        CHECK(false);
    }
    report_release(&r);
}

TEST(content_svg, what_is_no_picture_of_ours_is_told_with_its_line)
{
    static const struct {
        const char *svg, *says;
    } cases[] = {
        {"", "a.svg:1: no SVG"},
        {"hello\n", "a.svg:1: no SVG"},
        {"<g/>\n", "a.svg:1: no SVG"},
        {"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
         "a.svg:1: a picture without viewBox; add viewBox=\"0 0 480 320\""},
        {"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 480 120\"/>", NULL},
        {"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 480 119\"/>",
         "a.svg:1: a picture of 480 to 119; make it"},
        {"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 480 720\"/>", NULL},
        {"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 480 721\"/>",
         "a.svg:1: a picture of 480 to 721; make it"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        check_whole(cases[i].svg, strlen(cases[i].svg), cases[i].says);
    }
}

TEST(content_svg, it_has_a_largest_size)
{
    struct buf svg = {0};

    buf_str(&svg, OPEN "</svg>");
    while (svg.len < SVG_MAX_BYTES) {
        buf_char(&svg, '\n');
    }
    check_whole(buf_text(&svg), svg.len, NULL);
    buf_char(&svg, '\n');
    check_whole(buf_text(&svg), svg.len, "not a UTF-8 text of at most 262144 bytes");
    buf_release(&svg);
}

TEST(content_svg, it_becomes_a_png_of_the_fixed_width_the_same_each_time)
{
    static const char svg[] = OPEN "<rect width=\"200\" height=\"100\" fill=\"#b03a2e\"/></svg>";
    struct buf one = {0}, two = {0};
    int width = 0, height = 0;
    struct err err;

    CHECK(content_svg_to_png(svg, strlen(svg), "a.svg", &one, &width, &height, &err));
    CHECK_INT(width, SVG_PNG_WIDTH);
    CHECK_INT(height, 640);
    CHECK(memcmp(one.data, "\x89PNG", 4) == 0);
    CHECK(content_svg_to_png(svg, strlen(svg), "a.svg", &two, &width, &height, &err));
    CHECK(one.len == two.len && memcmp(one.data, two.data, one.len) == 0);
    buf_release(&one);
    buf_release(&two);
}

TEST(content_svg, what_cannot_be_drawn_is_told)
{
    static const struct {
        const char *svg, *says;
    } cases[] = {
        {"hello", "no SVG"},
        {"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "viewBox"},
        {"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 10 100\"/>", "a picture of 10 to 100"},
        {OPEN "<g></svg>", "no SVG"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct buf png = {0};
        struct err err = {0};
        int width, height;

        CHECK(!content_svg_to_png(cases[i].svg, strlen(cases[i].svg), "a.svg", &png, &width, &height, &err));
        CHECK_HAS(err.text, cases[i].says);
        buf_release(&png);
    }
}
