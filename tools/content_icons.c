/* content_icons: what an area, a process or a module can look like. */
#include "content_icons.h"
#include <stddef.h>

#include "base/banned.h"

const char *const content_icons[] = {"account-multiple",
                                     "book",
                                     "book-open",
                                     "bulletin-board",
                                     "calculator",
                                     "camera",
                                     "cart",
                                     "cash-multiple",
                                     "cellphone",
                                     "chart-bar",
                                     "factory",
                                     "forum",
                                     "lightbulb-outline",
                                     "lock",
                                     "magnify",
                                     "pencil",
                                     "puzzle",
                                     "rocket",
                                     "scale-balance",
                                     "school",
                                     "shield",
                                     "stairs",
                                     "store",
                                     "tag",
                                     "translate",
                                     "worker",
                                     NULL};
