import { errorText } from "../../log/index.ts";
import type { Language, Localized } from "../../plugin-sdk/index.ts";

const TROUBLES: Readonly<Record<string, Localized>> = {
  ENOENT: { en: "there is no such file", zh: "没有这个文件" },
  EISDIR: { en: "it is a folder", zh: "这是目录" },
  ENOTDIR: { en: "a part of the path is no folder", zh: "路径中有一段不是目录" },
  EACCES: { en: "it may not be read by you", zh: "没有读取权限" },
  EPERM: { en: "it may not be read by you", zh: "没有读取权限" },
  ENAMETOOLONG: { en: "the name is too long", zh: "名称过长" },
};

/** Why a file could not be read, in the person's language; with the system's own name for what is rare. */
export function fileTrouble(error: unknown, language: Language): string {
  const { code } = error as NodeJS.ErrnoException;
  return TROUBLES[code ?? ""]?.[language] ?? code ?? errorText(error);
}
