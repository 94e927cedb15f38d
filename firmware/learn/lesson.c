/* lesson: md4c's events gathered into blocks and spans; everything else CommonMark knows is refused by name. */
#include "learn/lesson.h"
#include <md4c.h>
#include <string.h>

#include "base/banned.h"

struct reading {
    struct arena *arena;
    struct lesson_page *page;
    struct err *err;
    struct lesson_block *now;  /* NULL between blocks */
    struct lesson_span *spans; /* of the page */
    int n_spans;
    struct buf text;    /* of the span that is being gathered */
    int bold, emphasis; /* depth */
    int list_depth;
    bool is_numbered;
    int next_number;
    bool is_in_item, is_in_image;
    struct buf alt;
};

/* md4c stops at any value but 0. */
static int refuse(struct reading *r, enum err_code code, const char *what)
{
    err_set(r->err, code, "page: %s", what);
    return -1;
}

static int begin_block(struct reading *r, enum lesson_block_kind kind, int number)
{
    if (r->page->n_blocks == LESSON_BLOCKS_MAX) {
        return refuse(r, ERR_LIMIT, "too many paragraphs; cut it in two pages");
    }
    r->now = &r->page->blocks[r->page->n_blocks++];
    r->now->kind = kind;
    r->now->number = number;
    return 0;
}

/* Ends the span that is being gathered: the block's spans are neighbours in the page's one array. */
static int flush(struct reading *r)
{
    struct lesson_block *b = r->now;

    if (r->text.len == 0) {
        return 0;
    }
    if (r->n_spans == LESSON_SPANS_MAX) {
        return refuse(r, ERR_LIMIT, "too many pieces of text; use less bold and emphasis");
    }
    if (!b->spans) {
        b->spans = &r->spans[r->n_spans];
    }
    r->spans[r->n_spans++] = (struct lesson_span){.text = arena_strn(r->arena, r->text.data, r->text.len),
                                                  .is_bold = r->bold > 0,
                                                  .is_emphasis = r->emphasis > 0};
    b->n_spans++;
    buf_clear(&r->text);
    return 0;
}

static int add_text(struct reading *r, const char *text, size_t n)
{
    if (r->is_in_image) {
        buf_add(&r->alt, text, n);
        return 0;
    }
    if (!r->now) {
        return refuse(r, ERR_FORMAT, "text outside a paragraph");
    }
    if (r->now->kind == LESSON_IMAGE) {
        return refuse(r, ERR_FORMAT, "a picture stands alone in its paragraph; put an empty line around it");
    }
    buf_add(&r->text, text, n);
    return 0;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
    struct reading *r = ctx;

    if (flush(r) != 0) {
        return -1;
    }
    switch (type) {
    case MD_BLOCK_DOC:
        return 0;
    case MD_BLOCK_H:
        if (r->list_depth) {
            return refuse(r, ERR_FORMAT, "a heading in a list; end the list first");
        }
        return begin_block(r, LESSON_HEADING, (int)((MD_BLOCK_H_DETAIL *)detail)->level);
    case MD_BLOCK_P:
        if (r->is_in_item && r->now) {
            return r->now->n_spans ? refuse(r, ERR_FORMAT, "two paragraphs in one list item; make two items") : 0;
        }
        return r->list_depth ? refuse(r, ERR_FORMAT, "a paragraph in a list; end the list with an empty line")
                             : begin_block(r, LESSON_PARAGRAPH, 0);
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        if (r->list_depth++) {
            return refuse(r, ERR_FORMAT, "a list in a list; make one list");
        }
        r->is_numbered = type == MD_BLOCK_OL;
        r->next_number = r->is_numbered ? (int)((MD_BLOCK_OL_DETAIL *)detail)->start : 0;
        return 0;
    case MD_BLOCK_LI:
        r->is_in_item = true;
        return begin_block(r, r->is_numbered ? LESSON_NUMBER : LESSON_BULLET, r->is_numbered ? r->next_number++ : 0);
    case MD_BLOCK_HR:
        return refuse(r, ERR_FORMAT, "a line across; pages are cut by a line of '---' alone");
    case MD_BLOCK_QUOTE:
        return refuse(r, ERR_FORMAT, "a quotation ('>'); write a paragraph");
    case MD_BLOCK_CODE:
        return refuse(r, ERR_FORMAT, "a block of code; do not begin a paragraph with four blanks or ```");
    case MD_BLOCK_HTML:
        return refuse(r, ERR_FORMAT, "HTML; use CommonMark only");
    default:
        return refuse(r, ERR_FORMAT, "a table; write a list");
    }
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
    struct reading *r = ctx;

    (void)detail;
    if (flush(r) != 0) {
        return -1;
    }
    switch (type) {
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        r->list_depth--;
        return 0;
    case MD_BLOCK_LI:
        r->is_in_item = false;
        r->now = NULL;
        return 0;
    case MD_BLOCK_P:
    case MD_BLOCK_H:
        if (!r->is_in_item) {
            r->now = NULL;
        }
        return 0;
    default:
        return 0;
    }
}

static int enter_image(struct reading *r, const MD_SPAN_IMG_DETAIL *detail)
{
    struct lesson_block *b = r->now;

    if (!b || b->kind != LESSON_PARAGRAPH || b->n_spans || r->bold || r->emphasis) {
        return refuse(r, ERR_FORMAT, "a picture stands alone in its paragraph; put an empty line around it");
    }
    b->kind = LESSON_IMAGE;
    b->image = arena_strn(r->arena, detail->src.text ? detail->src.text : "", detail->src.size);
    r->is_in_image = true;
    buf_clear(&r->alt);
    return 0;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
    struct reading *r = ctx;

    if (flush(r) != 0) {
        return -1;
    }
    switch (type) {
    case MD_SPAN_EM:
        r->emphasis++;
        return 0;
    case MD_SPAN_STRONG:
        r->bold++;
        return 0;
    case MD_SPAN_IMG:
        return r->is_in_image ? refuse(r, ERR_FORMAT, "a picture in the description of a picture")
                              : enter_image(r, detail);
    case MD_SPAN_A:
        return refuse(r, ERR_FORMAT, "a link; nothing may need the network, write it out");
    case MD_SPAN_CODE:
        return refuse(r, ERR_FORMAT, "code (`…`); write it in bold");
    default:
        return refuse(r, ERR_FORMAT, "marks other than bold and emphasis");
    }
}

static int leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
    struct reading *r = ctx;

    (void)detail;
    if (flush(r) != 0) {
        return -1;
    }
    if (type == MD_SPAN_EM) {
        r->emphasis--;
    } else if (type == MD_SPAN_STRONG) {
        r->bold--;
    } else if (type == MD_SPAN_IMG) {
        r->is_in_image = false;
        r->now->alt = arena_str(r->arena, buf_text(&r->alt));
    }
    return 0;
}

static int take_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE n, void *ctx)
{
    struct reading *r = ctx;

    switch (type) {
    case MD_TEXT_NORMAL:
        return add_text(r, text, n);
    case MD_TEXT_SOFTBR:
        return add_text(r, " ", 1);
    case MD_TEXT_BR:
        return add_text(r, "\n", 1);
    case MD_TEXT_ENTITY:
        return refuse(r, ERR_FORMAT, "an entity as '&amp;'; write the letter itself");
    default:
        return refuse(r, ERR_FORMAT, "text of a kind that is not used here");
    }
}

bool lesson_parse(const char *markdown, struct arena *arena, struct lesson_page *out, struct err *err)
{
    static const MD_PARSER parser = {
        .flags = MD_FLAG_NOHTML,
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = enter_span,
        .leave_span = leave_span,
        .text = take_text,
    };
    struct lesson_page page = {.blocks = arena_alloc(arena, LESSON_BLOCKS_MAX * sizeof *page.blocks)};
    struct err why = {0};
    struct reading r = {.arena = arena, .page = &page, .err = &why};
    size_t n = strlen(markdown);
    int rc;

    if (n > LESSON_PAGE_BYTES) {
        return err_set(err, ERR_LIMIT, "page: longer than %d bytes", LESSON_PAGE_BYTES);
    }
    r.spans = arena_alloc(arena, LESSON_SPANS_MAX * sizeof *r.spans);
    rc = md_parse(markdown, (MD_SIZE)n, &parser, &r);
    buf_release(&r.alt);
    buf_release(&r.text);
    if (rc != 0) {
        return err_set(err, why.code ? why.code : ERR_FORMAT, "%s", why.code ? why.text : "page: cannot be read");
    }
    *out = page;
    return true;
}

void lesson_block_text(const struct lesson_block *block, struct buf *out)
{
    for (int i = 0; i < block->n_spans; i++) {
        buf_str(out, block->spans[i].text);
    }
    if (block->kind == LESSON_IMAGE) {
        buf_str(out, block->alt);
    }
}

void lesson_page_text(const struct lesson_page *page, struct buf *out)
{
    for (int i = 0; i < page->n_blocks; i++) {
        lesson_block_text(&page->blocks[i], out);
        buf_char(out, '\n');
    }
}
