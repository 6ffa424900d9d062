/** Photos of reports, kept outside the tables. Whoever puts one has sealed it; this port never sees a picture. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3"
import { monthOf } from "#domain/time"
import type { World } from "#world"

export type Photos = {
  /** The same name twice keeps the later one. */
  put(name: string, blob: Uint8Array): Promise<void>
  get(name: string): Promise<Uint8Array | undefined>
  /** Of what is not there: nothing. */
  delete(name: string): Promise<void>
}

export function photosIn(bucket: string): Photos {
  const s3 = new S3Client({ maxAttempts: 3, requestHandler: { connectionTimeout: 1000, requestTimeout: 8000 } })
  const at = (name: string) => ({ Bucket: bucket, Key: name })
  return {
    async put(name, blob) {
      await s3.send(new PutObjectCommand({ ...at(name), Body: blob, ContentType: "application/octet-stream" }))
    },
    async get(name) {
      try {
        const found = await s3.send(new GetObjectCommand(at(name)))
        return await found.Body!.transformToByteArray()
      } catch (error) {
        // Whoever may not list the bucket is told of what is not there that it may not be read.
        if (error instanceof NoSuchKey || (error instanceof S3ServiceException && error.name === "AccessDenied"))
          return undefined
        throw error
      }
    },
    async delete(name) {
      await s3.send(new DeleteObjectCommand(at(name)))
    },
  }
}

const where = (name: string) => `photos/${name}`

export const keep = async (world: World, name: string, picture: Uint8Array): Promise<void> =>
  world.photos.put(name, await world.children.sealBytes(where(name), picture, monthOf(world.now())))

export async function open(world: World, name: string): Promise<Uint8Array | undefined> {
  const blob = await world.photos.get(name)
  return blob && world.children.openBytes(where(name), blob)
}
