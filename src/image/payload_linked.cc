// Apart from payload.cc, because the image maker has no payload yet.
#include "image/payload.h"

// From payload.S.
extern "C" {
extern const uint8_t belljar_code[], belljar_code_end[];
extern const uint8_t belljar_image[], belljar_image_end[];
extern const uint8_t belljar_library[], belljar_library_end[];
}

namespace belljar {

Payload Payload::linked() {
  Payload payload;
  payload.code = {belljar_code, belljar_code_end};
  payload.image = {belljar_image, belljar_image_end};
  payload.library = {belljar_library, belljar_library_end};
  return payload;
}

}  // namespace belljar
