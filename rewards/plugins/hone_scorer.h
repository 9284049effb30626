/* A scorer in a shared library: the C interface between it and hone. Plain C99, no library needed; C++ has
 * hone_scorer.hpp on top of it. Specification: docs/plugins.md.
 *
 * Licensed under the Apache License 2.0, as hone is. */
#ifndef HONE_SCORER_H
#define HONE_SCORER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes only when what is below changes its meaning. Structs grow at their end without it: whoever reads a struct
 * looks at struct_size before it touches a member that was not in the first version. */
#define HONE_SCORER_ABI 1u

/* UTF-8 without a final 0; data may be NULL when size is 0. What hone passes is valid until the call returns. */
typedef struct hone_text {
  const char* data;
  size_t size;
} hone_text;

typedef struct hone_sample {
  uint32_t struct_size;
  uint32_t truncated;      /* 1: ended by the length limit */
  int64_t tokens;          /* the answer's length; 0: not known */
  hone_text uid;           /* unique in the run */
  hone_text group;         /* the answers to one asking of a question share it */
  hone_text prompt;        /* the messages' texts */
  hone_text messages_json; /* [{"role": …, "content": …}, …] */
  hone_text answer;        /* what the model wrote: hostile input, not always valid UTF-8 */
  hone_text reference;     /* the gold answer */
  hone_text metadata_json; /* the question's other keys; null when there are none */
} hone_sample;

typedef enum hone_status {
  HONE_STATUS_UNSET = 0, /* as hone hands it out; left so it is an error */
  HONE_STATUS_OK = 1,
  HONE_STATUS_WRONG_FORMAT = 2,
  HONE_STATUS_UNSCORABLE = 3, /* masked: it says nothing about the answer */
  HONE_STATUS_ERROR = 4       /* masked */
} hone_status;

typedef struct hone_part {
  hone_text name;
  double value;
} hone_part;

typedef struct hone_span {
  uint64_t begin; /* bytes [begin, end) of the answer */
  uint64_t end;
  hone_text item; /* the part that it belongs to */
  double points;  /* what it moved the score by */
} hone_span;

/* Filled by the plug-in. Texts and arrays are its own until score() returns and are copied then; host->allocate gives
 * memory that lives so long. */
typedef struct hone_result {
  uint32_t struct_size; /* set by hone; do not touch */
  uint32_t status;      /* hone_status */
  double score;         /* finite */
  hone_text extracted;
  hone_text detail;
  const hone_part* parts;
  size_t part_count;
  const hone_span* spans;
  size_t span_count;
} hone_result;

/* What hone does for a plug-in. Valid during the call that it is passed to. */
typedef struct hone_host {
  uint32_t struct_size;
  uint32_t abi;
  void* context; /* the first argument of the functions */
  /* Memory until the call ends, aligned for any type; NULL when the call has had 64 MiB. Freed by hone. */
  void* (*allocate)(void* context, size_t size);
  /* A line for people; hone shows the last of a call that fails. */
  void (*log)(void* context, const char* text, size_t size);
  /* 1 when nobody waits for the result any more: return soon. */
  int (*cancelled)(void* context);
} hone_host;

#define HONE_SCORER_THREAD_SAFE 1u      /* score() may run on several threads at once */
#define HONE_SCORER_DETERMINISTIC 2u    /* the same sample always gets the same result */
#define HONE_SCORER_JUDGES_REASONING 4u /* it looks at how an answer is reached */

/* What a plug-in is. No C++ exception may leave its functions, and none may call exit(). */
typedef struct hone_scorer {
  uint32_t struct_size;
  uint32_t abi; /* HONE_SCORER_ABI */
  uint32_t flags;
  uint32_t batch;      /* the most samples of a call that it likes; 0: any number */
  const char* name;    /* ends with a 0 */
  const char* version; /* the same */
  /* A scorer with these options, or NULL after a reason, ended with a 0, was put into the error_size bytes of error. */
  void* (*create)(const hone_host* host, const char* options_json, size_t options_size, char* error, size_t error_size);
  /* Fills results[i] for samples[i]. Not 0: it failed, and no result counts. Arrays of pointers, so that structs can
   * grow. */
  int (*score)(void* self, const hone_host* host, const hone_sample* const* samples, size_t count,
               hone_result* const* results);
  void (*destroy)(void* self);
} hone_scorer;

/* The one symbol that a plug-in exports, as `hone_scorer_entry`. host_abi is hone's HONE_SCORER_ABI. NULL: this hone is
 * too old or too new for it. What it returns stays valid while the library is loaded. */
typedef const hone_scorer* (*hone_scorer_entry_function)(uint32_t host_abi);

#if defined(_WIN32)
#define HONE_SCORER_EXPORT __declspec(dllexport)
#else
#define HONE_SCORER_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
}
#endif

#endif
