/* content_icons: the names of Material Design Icons that authors may write. Each is one of ui/kit/shape.c, which draws
 * a book for any other; a test holds the two together. */
#ifndef M2_TOOLS_CONTENT_ICONS_H
#define M2_TOOLS_CONTENT_ICONS_H

extern const char *const content_icons[]; /* ended by NULL */

#endif
