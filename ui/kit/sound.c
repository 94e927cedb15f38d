/* sound: SDL's queued audio. */
#include "kit/sound.h"
#include <SDL2/SDL.h>

#include "base/banned.h"

static SDL_AudioDeviceID device;
static int rate;

bool sound_open(int rate_hz)
{
    SDL_AudioSpec want = {.freq = rate_hz, .format = AUDIO_S16SYS, .channels = 1, .samples = 512};

    if (device && rate == rate_hz) {
        return true;
    }
    sound_close();
    if (!SDL_WasInit(SDL_INIT_AUDIO) && SDL_InitSubSystem(SDL_INIT_AUDIO) != 0) {
        return false;
    }
    device = SDL_OpenAudioDevice(NULL, 0, &want, NULL, 0);
    rate = rate_hz;
    if (device) {
        SDL_PauseAudioDevice(device, 0);
    }
    return device != 0;
}

void sound_queue(const int16_t *samples, size_t n)
{
    if (device) {
        SDL_QueueAudio(device, samples, (Uint32)(n * sizeof *samples));
    }
}

void sound_stop(void)
{
    if (device) {
        SDL_ClearQueuedAudio(device);
    }
}

int64_t sound_left_ms(void)
{
    return device && rate ? (int64_t)SDL_GetQueuedAudioSize(device) * 1000 / 2 / rate : 0;
}

bool sound_is_open(void)
{
    return device != 0;
}

void sound_close(void)
{
    if (device) {
        SDL_CloseAudioDevice(device);
        device = 0;
    }
}
