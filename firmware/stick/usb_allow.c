/* usb_allow: lines of two words. */
#include "stick/usb_allow.h"
#include "base/fsio.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static const char BLANKS[] = " \t\r";

static bool take_line(struct usb_allow *out, char *line, const char *path, int number, struct err *err)
{
    char *rest = NULL, *port, *kind;

    line[strcspn(line, "#")] = '\0';
    port = strtok_r(line, BLANKS, &rest);
    kind = strtok_r(NULL, BLANKS, &rest);
    if (!port) {
        return true;
    }
    if (!usb_ports_is_port(port, strlen(port))) {
        return err_set(err, ERR_FORMAT, "'%s' line %d: '%s' is no port; write its name in " USB_SYS ", as 1-1.2", path,
                       number, port);
    }
    if (!kind || usb_kind_named(kind) == USB_KINDS || usb_kind_named(kind) == USB_MALFORMED) {
        return err_set(err, ERR_FORMAT, "'%s' line %d: port %s takes '%s', which is no kind; write stick, hub or input",
                       path, number, port, kind ? kind : "");
    }
    if (strtok_r(NULL, BLANKS, &rest)) {
        return err_set(err, ERR_FORMAT, "'%s' line %d: more than two words; a port takes one kind", path, number);
    }
    for (int i = 0; i < out->n; i++) {
        if (!strcmp(out->rows[i].port, port)) {
            return err_set(err, ERR_FORMAT, "'%s' line %d: port %s a second time; leave one", path, number, port);
        }
    }
    if (out->n == USB_ALLOW_MAX) {
        return err_set(err, ERR_LIMIT, "'%s' line %d: more than %d ports", path, number, USB_ALLOW_MAX);
    }
    snprintf(out->rows[out->n].port, USB_PORT_NAME_MAX, "%s", port);
    out->rows[out->n].kind = usb_kind_named(kind);
    out->has_slot |= out->rows[out->n++].kind == USB_STICK;
    return true;
}

bool usb_allow_read(const char *path, struct usb_allow *out, struct err *err)
{
    struct buf text = {0};
    struct err why = {0};
    bool ok = fsio_read(path, USB_ALLOW_BYTES, &text, &why);
    char *line, *rest = NULL;

    *out = (struct usb_allow){0};
    if (!ok) {
        buf_release(&text);
        return why.code == ERR_NOT_FOUND || err_set(err, why.code, "%s", why.text);
    }
    rest = (char *)text.data;
    for (int number = 1; ok && (line = strsep(&rest, "\n")); number++) {
        ok = take_line(out, line, path, number, err);
    }
    buf_release(&text);
    return ok;
}

enum usb_kind usb_allow_kind(const struct usb_allow *allow, const char *port)
{
    for (int i = 0; i < allow->n; i++) {
        if (!strcmp(allow->rows[i].port, port)) {
            return allow->rows[i].kind;
        }
    }
    return allow->has_slot ? USB_KINDS : USB_STICK;
}
