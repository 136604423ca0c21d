/* SPDX-License-Identifier: GPL-3.0-or-later
 * ties_quality.c - how well the tie engine foretells contact, beside thirteen plain scores.
 *
 *   ties_quality LOG...                  tables of both tasks and a line of checks for each log
 *   ties_quality --golden GOLDEN LOG     states and readings of LOG against GOLDEN
 *
 * A log has lines "from to unix-seconds"; people are any numbers below 2^32. If NAME.egos lies
 * beside NAME.txt, only the people in it are egos. At up to twelve times T the people an ego
 * ever was in touch with are ranked by what the log says up to T; right are those with contact
 * in both directions (task two) or in any (task any) within the H days after T. */
#include "ties_log.h"

/* ---- pairs: the events of each, and who knows whom ---- */

struct pair {
    struct tie_line line; /* the engine's state, up to seen events */
    const struct tie_event *e;
    int n, seen, next; /* events; up to T; up to T + H */
};
struct link {
    uint32_t to;
    int pair;
};
struct pairs {
    struct pair *at;
    int n;
    struct tie_event *e;
    int *start; /* links of person p: start[p] .. start[p+1], by number of the other */
    struct link *link;
    int *degree; /* at T */
};

struct place {
    uint64_t key;
    int event;
};
static int by_pair(const void *x, const void *y)
{
    const struct place *a = x, *b = y;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->event - b->event;
}

static void make_links(struct pairs *p, struct arena *a, int people)
{
    p->start = NEW(a, int, people + 3);
    p->link = NEW(a, struct link, 2 * (ptrdiff_t)p->n);
    p->degree = NEW(a, int, people + 1);
    for (int i = 0; i < p->n; i++) p->start[p->at[i].line.a + 2]++, p->start[p->at[i].line.b + 2]++;
    for (int i = 2; i <= people + 2; i++) p->start[i] += p->start[i - 1];
    /* pairs stand in order of (a, b): first the lower neighbours of everybody, then the higher */
    for (int i = 0; i < p->n; i++)
        p->link[p->start[p->at[i].line.b + 1]++] = (struct link){ p->at[i].line.a, i };
    for (int i = 0; i < p->n; i++)
        p->link[p->start[p->at[i].line.a + 1]++] = (struct link){ p->at[i].line.b, i };
}

static struct pairs make_pairs(struct arena *a, const struct log *l)
{
    struct pairs p = { .at = NEW(a, struct pair, l->n), .e = NEW(a, struct tie_event, l->n) };
    struct place *order = NEW(a, struct place, l->n);
    for (int i = 0; i < l->n; i++) {
        uint64_t low = MIN(l->e[i].from, l->e[i].to), high = MAX(l->e[i].from, l->e[i].to);
        order[i] = (struct place){ low << 32 | high, i };
    }
    qsort(order, (size_t)l->n, sizeof *order, by_pair);
    for (int i = 0; i < l->n; i++) {
        const struct event *e = &l->e[order[i].event];
        p.e[i] = (struct tie_event){ (uint32_t)e->at, e->from, e->to };
        if (!i || order[i].key != order[i - 1].key)
            p.at[p.n++] = (struct pair){ .e = &p.e[i],
                                         .line = { .a = (uint32_t)(order[i].key >> 32),
                                                   .b = (uint32_t)order[i].key } };
        p.at[p.n - 1].n++;
    }
    make_links(&p, a, l->people);
    return p;
}

/* Moves every pair on to T and looks H days ahead. */
static void move_to(struct pairs *p, double t, double h_seconds)
{
    for (int i = 0; i < p->n; i++) {
        struct pair *q = &p->at[i];
        bool known = q->seen > 0;
        for (; q->seen < q->n && q->e[q->seen].at <= t; q->seen++)
            tie_update(&q->line, q->e[q->seen].from != q->line.a, q->e[q->seen].at, 0);
        q->next = MAX(q->next, q->seen);
        while (q->next < q->n && q->e[q->next].at <= t + h_seconds) q->next++;
        if (!known && q->seen) p->degree[q->line.a]++, p->degree[q->line.b]++;
    }
}

/* ---- scores ---- */

enum score {
    RANDOM,
    RECENCY,
    COUNT_BOTH,
    WINDOW,
    BOTH_SIDES,
    ADAMIC_ADAR,
    MESSAGES,
    DAYS,
    ACT_R,
    SILENCE_GAP,
    RECIPROCITY,
    O_PLUS_I,
    WARMTH,
    CLOSENESS,
    SCORES
};
static const char *const score_name[SCORES] = {
    "random",
    "recency",
    "count",
    "window",
    "both sides",
    "Adamic-Adar",
    "decayed messages",
    "decayed days",
    "ACT-R",
    "silence/gap",
    "decayed x reciprocity",
    "O + I",
    "warmth",
    "closeness",
};

static uint64_t mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static double act_r(double first, double last, double days)
{
    double t1 = MAX(last, 1. / 24), l = MAX(first, t1 + 1. / 24);
    return 1 / sqrt(t1) + (days - 1) * (sqrt(l) - sqrt(t1)) / (.5 * (l - t1));
}

/* Everything that needs only the events of the pair, up to T. */
static void score_events(const struct pair *p, double t, double h, double *s)
{
    double side[2] = { 0 }, days_sum = 0, last[2] = { HUGE_VAL, HUGE_VAL };
    int recent = 0, days = 0, day = -1;
    for (int i = 0; i < p->seen; i++) {
        double age = (t - p->e[i].at) / DAY, left = exp2(-age / 30);
        int d = p->e[i].from != p->line.a;
        side[d] += left;
        last[d] = age;
        recent += age <= h;
        if (tie_day(p->e[i].at, 0) != day) days_sum += left, days++;
        day = tie_day(p->e[i].at, 0);
    }
    double newer = MIN(last[0], last[1]), older = MAX(last[0], last[1]);
    s[RECENCY] = -newer;
    s[COUNT_BOTH] = p->seen;
    s[WINDOW] = recent + 1e-6 * p->seen;
    s[BOTH_SIDES] = isinf(older) ? -1e30 : -older - 1e-6 * newer;
    s[MESSAGES] = side[0] + side[1];
    s[DAYS] = days_sum;
    s[ACT_R] = act_r((t - p->e[0].at) / DAY, newer, days);
    s[RECIPROCITY] = sqrt((side[0] + .03) * (side[1] + .03));
}

static void score_tie(const struct pair *p, uint32_t t, double *s)
{
    struct tie_reading r = tie_read(&p->line, p->line.a, t, 0);
    s[SILENCE_GAP] = -r.silence_days / (r.gap > 0 ? r.gap : 30);
    s[O_PLUS_I] = r.out + r.in;
    s[WARMTH] = r.warmth;
    s[CLOSENESS] = r.closeness;
}

/* common[] marks the people the ego knows at T. */
static double adamic_adar(const struct pairs *p, const bool *common, uint32_t alter)
{
    double sum = 0;
    for (int i = p->start[alter]; i < p->start[alter + 1]; i++) {
        uint32_t k = p->link[i].to;
        if (common[k] && p->at[p->link[i].pair].seen && p->degree[k] > 1)
            sum += 1 / log(p->degree[k]);
    }
    return sum;
}

/* ---- groups: the candidates of one ego at one time ---- */

struct candidate {
    uint64_t mix;
    double score[SCORES];
    bool right[2]; /* task two, task any */
};
struct ranked {
    double score;
    uint64_t mix;
    bool right;
};

static int by_score(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    return (a->mix > b->mix) - (a->mix < b->mix);
}

struct measure {
    double ap, p5, auc;
    bool has_p5;
};

static struct measure measure(const struct ranked *r, int n, int right)
{
    struct measure m = { .has_p5 = n >= 6 };
    double found = 0, above = 0; /* above: wrong ones ranked higher than what comes */
    for (int i = 0; i < n; i++)
        if (r[i].right) {
            m.ap += ++found / (i + 1);
            if (i < 5) m.p5++;
        }
    m.ap /= right;
    m.p5 /= MIN(5, right);
    for (int i = 0, j; i < n; i = j) { /* runs of equal scores */
        double wrong_here = 0, right_here = 0;
        for (j = i; j < n && r[j].score == r[i].score; j++)
            r[j].right ? right_here++ : wrong_here++;
        m.auc += right_here * (n - right - above - wrong_here / 2);
        above += wrong_here;
    }
    m.auc /= (double)right * (n - right);
    return m;
}

struct sum {
    double ap, p5, auc;
    int n, n5;
};
static void sum_add(struct sum *s, struct measure m)
{
    s->ap += m.ap;
    s->auc += m.auc;
    s->n++;
    if (m.has_p5) s->p5 += m.p5, s->n5++;
}
static struct measure sum_mean(const struct sum *s)
{
    return (struct measure){ s->ap / s->n, s->n5 ? s->p5 / s->n5 : 0, s->auc / s->n, s->n5 > 0 };
}

struct result {
    struct sum *ego; /* [task][person][score] */
    int64_t rows[2], right[2];
};

static struct sum *sum_of(const struct result *r, int people, int task, uint32_t ego, int score)
{
    return &r->ego[((int64_t)task * (people + 1) + ego) * SCORES + score];
}

static void rank_group(struct result *res, const struct log *l, uint32_t ego,
                       const struct candidate *c, struct ranked *r, int n)
{
    for (int task = 0; task < 2; task++) {
        int right = 0;
        for (int i = 0; i < n; i++) right += c[i].right[task];
        if (!right || right == n) continue;
        res->rows[task] += n;
        res->right[task] += right;
        for (int s = 0; s < SCORES; s++) {
            for (int i = 0; i < n; i++)
                r[i] = (struct ranked){ c[i].score[s], c[i].mix, c[i].right[task] };
            qsort(r, (size_t)n, sizeof *r, by_score);
            sum_add(sum_of(res, l->people, task, ego, s), measure(r, n, right));
        }
    }
}

/* What happens in (T, T + H]: bit 0 a to b, bit 1 b to a. */
static int contact(const struct pair *p)
{
    int sides = 0;
    for (int i = p->seen; i < p->next; i++) sides |= p->e[i].from == p->line.a ? 1 : 2;
    return sides;
}

static void rank_ego(struct result *res, const struct log *l, const struct pairs *p, uint32_t ego,
                     double t, double h, struct candidate *c, struct ranked *r, bool *common)
{
    int n = 0;
    bool any = false;
    for (int i = p->start[ego]; i < p->start[ego + 1]; i++) {
        const struct pair *q = &p->at[p->link[i].pair];
        if (!q->seen) continue;
        int sides = contact(q);
        c[n] = (struct candidate){ .right = { sides == 3, sides > 0 } };
        c[n++].mix = mix((uint64_t)l->person[ego] << 32 | l->person[p->link[i].to]);
        common[p->link[i].to] = true;
        any = any || sides;
    }
    for (int i = p->start[ego], k = 0; any && i < p->start[ego + 1]; i++) {
        const struct pair *q = &p->at[p->link[i].pair];
        if (!q->seen) continue;
        c[k].score[RANDOM] = -(double)c[k].mix;
        score_events(q, t, h, c[k].score);
        score_tie(q, (uint32_t)t, c[k].score);
        c[k].score[ADAMIC_ADAR] = adamic_adar(p, common, p->link[i].to);
        k++;
    }
    if (any) rank_group(res, l, ego, c, r, n);
    for (int i = p->start[ego]; i < p->start[ego + 1]; i++) common[p->link[i].to] = false;
}

/* ---- times ---- */

enum { CUTS = 12 };

static double quantile(const struct log *l, double p)
{
    double at = p * (l->n - 1), below = floor(at);
    int i = (int)below;
    if (i + 1 >= l->n) return l->e[l->n - 1].at;
    return l->e[i].at + (at - below) * (l->e[i + 1].at - l->e[i].at);
}

static int make_cuts(const struct log *l, double *cut, int *h_days)
{
    double q01 = quantile(l, .01), q97 = quantile(l, .97), span = (q97 - q01) / DAY;
    int h = span >= 365 ? 30 : span >= 100 ? 14 : 7;
    double step = (double)h * DAY, hi = q97 - step, lo = q01 + .3 * (q97 - q01);
    *h_days = h;
    if (hi < lo) return 0;
    int n = (int)floor((hi - lo) / step) + 1, cuts = MIN(n, CUTS);
    for (int i = 0; i < cuts; i++) {
        double index = n > CUTS ? nearbyint((double)i * (n - 1) / (CUTS - 1)) : i;
        cut[i] = floor(hi - (n - 1 - index) * step);
    }
    return cuts;
}

/* ---- printing ---- */

static int print_task(const struct log *l, const struct result *res, int task, double *closeness_ap)
{
    int egos = 0;
    printf("%-24s %8s %8s %8s\n", task ? "task any" : "task two", "AP", "P@5n", "AUC");
    for (int s = 0; s < SCORES; s++) {
        struct sum all = { 0 };
        for (uint32_t ego = 1; ego <= (uint32_t)l->people; ego++) {
            const struct sum *one = sum_of(res, l->people, task, ego, s);
            if (one->n) sum_add(&all, sum_mean(one));
        }
        struct measure m = { 0 };
        if (all.n) m = sum_mean(&all);
        printf("%-24s %8.4f %8.4f %8.4f\n", score_name[s], m.ap, m.p5, m.auc);
        egos = all.n;
        if (s == CLOSENESS && !task) *closeness_ap += m.ap;
    }
    return egos;
}

static void run(const char *name, double *closeness_ap)
{
    struct arena *a = arena_open((size_t)1 << 38);
    struct log l = read_log(a, name);
    struct pairs p = make_pairs(a, &l);
    struct result res = { .ego = NEW(a, struct sum, 2 * ((ptrdiff_t)l.people + 1) * SCORES) };
    struct candidate *c = NEW(a, struct candidate, l.people + 1);
    struct ranked *r = NEW(a, struct ranked, l.people + 1);
    bool *common = NEW(a, bool, l.people + 1);
    double cut[CUTS];
    int h, cuts = make_cuts(&l, cut, &h);
    for (int i = 0; i < cuts; i++) {
        move_to(&p, cut[i], (double)h * DAY);
        for (uint32_t ego = 1; ego <= (uint32_t)l.people; ego++)
            if (!l.ego || l.ego[ego]) rank_ego(&res, &l, &p, ego, cut[i], h, c, r, common);
    }
    printf("# %s\n", name);
    int two = print_task(&l, &res, 0, closeness_ap), any = print_task(&l, &res, 1, closeness_ap);
    printf("check events=%d pairs=%d H=%d cuts=%d two: egos=%d rows=%" PRId64 " positives=%" PRId64
           " any: egos=%d rows=%" PRId64 " positives=%" PRId64 "\n\n",
           l.n, p.n, h, cuts, two, res.rows[0], res.right[0], any, res.rows[1], res.right[1]);
    arena_close(a);
}

/* ---- golden states ---- */

struct golden {
    unsigned a, b, n[2], run[2], first, days;
    char last[2][16];
    double gap, o[2], closeness, warmth;
};

static bool same_last(const char *want, const struct tie_dir *d)
{
    return *want == '-' ? !d->n : d->n && strtoul(want, NULL, 10) == d->last;
}

/* The worst error in *worst (gap in tenths, as its tolerance is ten times as wide). */
static bool same_state(const struct golden *g, const struct tie_line *l, uint32_t at, double *worst)
{
    struct tie_reading r = tie_read(l, l->a, at, 0);
    double off[] = { fabs(r.gap - g->gap) / 10, fabs(r.out - g->o[0]), fabs(r.in - g->o[1]),
                     fabs(r.closeness - g->closeness), fabs(r.warmth - g->warmth) };
    for (int i = 0; i < COUNT(off); i++) *worst = MAX(*worst, off[i]);
    return l->dir[0].n == g->n[0] && l->dir[1].n == g->n[1] && l->dir[0].run == g->run[0] &&
           l->dir[1].run == g->run[1] && l->first == g->first && l->days == g->days &&
           same_last(g->last[0], &l->dir[0]) && same_last(g->last[1], &l->dir[1]);
}

static const struct pair *pair_of(const struct pairs *p, const struct log *l, unsigned a,
                                  unsigned b)
{
    uint32_t x = person_of(l, a), y = person_of(l, b);
    for (int i = p->start[x]; x && i < p->start[x + 1]; i++)
        if (p->link[i].to == y) return &p->at[p->link[i].pair];
    return NULL;
}

/* The sums over all pairs, as the golden file states them. */
static bool same_sums(const char *row, const struct pairs *p, uint32_t at)
{
    int64_t pairs, messages, days, got_pairs = 0, got_messages = 0, got_days = 0;
    double o, c, w, got_o = 0, got_c = 0, got_w = 0;
    const char *from = strstr(row, "pairs=");
    if (!from || sscanf(from,
                        "pairs=%" SCNd64 " messages=%" SCNd64 " active_days=%" SCNd64
                        " sum_O=%lf sum_closeness=%lf sum_warmth=%lf",
                        &pairs, &messages, &days, &o, &c, &w) != 6)
        return false;
    for (int i = 0; i < p->n; i++) {
        if (!p->at[i].seen) continue;
        struct tie_reading r = tie_read(&p->at[i].line, p->at[i].line.a, at, 0);
        got_pairs++, got_messages += p->at[i].seen, got_days += r.days;
        got_o += r.out + r.in, got_c += r.closeness, got_w += r.warmth;
    }
    printf("sums: pairs=%" PRId64 " messages=%" PRId64 " active_days=%" PRId64
           " sum_O=%.6f sum_closeness=%.6f sum_warmth=%.6f\n",
           got_pairs, got_messages, got_days, got_o, got_c, got_w);
    return got_pairs == pairs && got_messages == messages && got_days == days &&
           fabs(got_o - o) < 1e-3 && fabs(got_c - c) < 1e-3 && fabs(got_w - w) < 1e-3;
}

static int golden(const char *file, const char *log_name)
{
    struct arena *a = arena_open((size_t)1 << 38);
    struct log l = read_log(a, log_name);
    struct pairs p = make_pairs(a, &l);
    FILE *f = fopen(file, "r");
    char row[1024];
    unsigned at = 0;
    int rows = 0, wrong = 0;
    double worst = 0;
    bool sums = false;
    if (!f) stop(strerror(errno), file);
    while (fgets(row, sizeof row, f)) {
        struct golden g;
        const char *time = strstr(row, "time <= ");
        if (!at && time && (at = (unsigned)strtoul(time + 8, NULL, 10))) move_to(&p, at, 0);
        if (*row == '#') sums = sums || same_sums(row, &p, at);
        if (sscanf(row, "%u %u %u %u %u %u %15s %15s %u %u %lf %lf %lf %lf %lf", &g.a, &g.b,
                   &g.n[0], &g.n[1], &g.run[0], &g.run[1], g.last[0], g.last[1], &g.first, &g.days,
                   &g.gap, &g.o[0], &g.o[1], &g.closeness, &g.warmth) != 15)
            continue;
        const struct pair *q = pair_of(&p, &l, g.a, g.b);
        rows++;
        wrong += !q || !same_state(&g, &q->line, at, &worst);
    }
    fclose(f);
    printf("golden: %d rows, %d wrong, worst error %.2g (allowed 1e-5), sums %s\n", rows, wrong,
           worst, sums ? "right" : "WRONG");
    arena_close(a);
    return !rows || wrong || !sums || worst > 1e-5;
}

int main(int argc, char **argv)
{
    tie_start();
    if (argc == 4 && strcmp(argv[1], "--golden") == 0) return golden(argv[2], argv[3]);
    if (argc < 2 || *argv[1] == '-') {
        fputs("usage: ties_quality LOG...\n       ties_quality --golden GOLDEN LOG\n", stderr);
        return 2;
    }
    double closeness_ap = 0;
    for (int i = 1; i < argc; i++) run(argv[i], &closeness_ap);
    printf("mean AP of closeness, task two, over %d logs: %.4f\n", argc - 1,
           closeness_ap / (argc - 1));
    return 0;
}
