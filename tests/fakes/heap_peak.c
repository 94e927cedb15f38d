#include "fakes/heap_peak.h"
#include <stdbool.h>

size_t __sanitizer_get_allocated_size(const volatile void *p) __attribute__((weak));
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
                                              void (*on_free)(const volatile void *)) __attribute__((weak));

static long long held, most;

static void on_malloc(const volatile void *p, size_t n)
{
    (void)p;
    held += (long long)n;
    most = held > most ? held : most;
}

static void on_free(const volatile void *p)
{
    held -= p ? (long long)__sanitizer_get_allocated_size(p) : 0;
}

void heap_peak_begin(void)
{
    static bool is_hooked;

    if (!is_hooked && __sanitizer_install_malloc_and_free_hooks) {
        __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
    }
    is_hooked = true;
    held = most = 0;
}

size_t heap_peak(void)
{
    return (size_t)most;
}
