/* verbs: the commands of `micro2`, one file verb_x.c each; argv[0] is the verb. */
#ifndef M2_TOOLS_VERBS_H
#define M2_TOOLS_VERBS_H

int verb_assess(int argc, char **argv);
int verb_content(int argc, char **argv);
int verb_hub(int argc, char **argv);
int verb_office(int argc, char **argv);
int verb_stick(int argc, char **argv);

/* `micro2 office …`, the verbs about trust. */
int verb_office_keys(int argc, char **argv);
int verb_office_author(int argc, char **argv);
int verb_office_revoke(int argc, char **argv);
int verb_office_rotate(int argc, char **argv);
int verb_office_calibrate(int argc, char **argv);

#endif
