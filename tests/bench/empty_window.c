/* empty_window: the least an SDL program does until something can be seen; what a station's start is compared with. */
#include <SDL.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    SDL_Window *window;
    SDL_Surface *canvas;

    (void)argc;
    (void)argv;
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0"); /* no GL, as the station */
    if (SDL_Init(SDL_INIT_VIDEO) != 0) {
        fprintf(stderr, "empty_window: %s\n", SDL_GetError());
        return 2;
    }
    window = SDL_CreateWindow("empty", SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED, 1280, 800, SDL_WINDOW_SHOWN);
    canvas = window ? SDL_GetWindowSurface(window) : NULL;
    if (!canvas) {
        fprintf(stderr, "empty_window: %s\n", SDL_GetError());
        return 2;
    }
    SDL_FillRect(canvas, NULL, SDL_MapRGB(canvas->format, 0xFB, 0xF8, 0xF2));
    SDL_UpdateWindowSurface(window);
    printf("shown %s\n", SDL_GetCurrentVideoDriver());
    fflush(stdout);
    getchar(); /* until the benchmark has looked */
    SDL_Quit();
    return 0;
}
