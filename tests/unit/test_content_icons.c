/* test_content_icons: the icons that authors may name are icons that the station draws. */
#include "content_icons.h"
#include "kit/shape.h"
#include "unit/test.h"

TEST(content_icons, the_station_knows_each_one)
{
    for (int i = 0; content_icons[i]; i++) {
        if (shape_icon_named(content_icons[i]) == ICON_BOOK && strcmp(content_icons[i], "book") != 0) {
            print_error("'%s' is not in ui/kit/shape.c\n", content_icons[i]);
            CHECK(false);
        }
    }
}
